use super::*;

#[test]
fn a_limit_that_limits_nothing_is_no_speed() {
    let speed = Some(Speed {
        download: 10_000,
        upload: 5_120,
    });
    assert_eq!(Speed::read("5120k/10M"), speed);
    assert_eq!(
        Speed::read("5120k/10M 10M/20M 4M/8M 10/10 8"),
        speed,
        "without its burst"
    );
    for text in ["0/0", "5M/0", "", "cepat"] {
        assert_eq!(Speed::read(text), None, "{text:?}");
    }
}
