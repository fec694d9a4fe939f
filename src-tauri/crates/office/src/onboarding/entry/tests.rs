use super::*;

#[test]
fn things_that_no_customer_has_are_known_by_whole_words() {
    for text in ["vpn kantor", "SERVER cctv", "test", "link-olt-2", "default-trial"] {
        assert_eq!(
            not_a_customer(&[Some(text)]),
            Some(NotALine::NotACustomer),
            "{text:?}"
        );
    }
    for text in ["Pak Testimonio", "Budi Adminto", "toko serverina", ""] {
        assert_eq!(not_a_customer(&[None, Some(text)]), None, "{text:?}");
    }
}

#[test]
fn a_voucher_is_told_from_a_customer_by_the_comment_of_its_printer() {
    assert!(is_voucher("vc-123-01.31.26-warung"));
    assert!(is_voucher("up-456-01.31.26"));
    for text in ["vc-budi", "upik", "Budi vc-123"] {
        assert!(!is_voucher(text), "{text:?}");
    }
}

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
