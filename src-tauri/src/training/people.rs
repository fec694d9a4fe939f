//! Invented people: names, streets and packages of no real office.

/// Code, name, download and upload in kbit/s, price a month.
pub(super) const PACKAGES: [(&str, &str, i64, i64, i64); 4] = [
    ("HEMAT", "Hemat 10 Mbps", 10_240, 5_120, 110_000),
    ("RUMAH", "Rumah 20 Mbps", 20_480, 10_240, 150_000),
    ("CEPAT", "Cepat 50 Mbps", 51_200, 25_600, 250_000),
    ("USAHA", "Usaha 100 Mbps", 102_400, 51_200, 450_000),
];

/// Areas.
pub(super) const AREAS: [&str; 5] = [
    "RW 01 Cibodas",
    "RW 02 Cikole",
    "RW 05 Wangunharja",
    "Perum Griya Asri",
    "Pasar Panorama",
];

const TITLES: [&str; 4] = ["", "Bu ", "Pak ", "Hj. "];
const FIRST: [&str; 24] = [
    "Siti", "Asep", "Dewi", "Budi", "Rina", "Ujang", "Nur", "Agus", "Euis", "Dadang", "Sri", "Wawan",
    "Yanti", "Cecep", "Lilis", "Hendra", "Neneng", "Rizky", "Tuti", "Iwan", "Maya", "Deden", "Fitri", "Joko",
];
const MIDDLE: [&str; 8] = ["", " Nur", " Tri", " Sri", " Ayu", " Dwi", " Eka", " Muhammad"];
const LAST: [&str; 20] = [
    "Rahayu",
    "Hidayat",
    "Lestari",
    "Santoso",
    "Kurniawan",
    "Sukmawati",
    "Permana",
    "Handayani",
    "Suryana",
    "Wijaya",
    "Hasanah",
    "Nugraha",
    "Purnama",
    "Setiawan",
    "Komariah",
    "Firmansyah",
    "Maulana",
    "Wulandari",
    "Saputra",
    "Kusumawardhani-Prawirodirdjo",
];
const STREETS: [&str; 8] = [
    "Jl. Cibodas",
    "Kp. Cikole",
    "Gg. Mawar",
    "Jl. Maribaya",
    "Perum Griya Asri Blok C",
    "Jl. Pasar Panorama",
    "Kp. Pasir Halang",
    "Gg. H. Mansyur",
];

/// An invented customer.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) package: usize,
    pub(super) area: usize,
}

/// The customer with this number, the same at every start.
pub(super) fn person(number: u32) -> Person {
    let n = number as usize;
    // Steps that share no factor with the lists' lengths, so that names repeat late.
    let pick = |list: &[&'static str], step: usize| list[n * step % list.len()];
    let name = format!(
        "{}{}{} {}",
        pick(&TITLES, 3),
        pick(&FIRST, 7),
        pick(&MIDDLE, 5),
        pick(&LAST, 11)
    );
    let address = format!(
        "{} No. {} RT {:02}/RW {:02}",
        pick(&STREETS, 3),
        n % 90 + 1,
        n % 6 + 1,
        n % 9 + 1
    );
    Person {
        name,
        address,
        package: n * 3 % 7,
        area: n * 7,
    }
}
