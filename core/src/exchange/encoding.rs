//! Which encoding the bytes of a text file are in.

/// An encoding, by the name that the browser's decoder knows it by. The decoding itself is the browser's: its tables are
/// a quarter of a megabyte, and it has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static str);

/// How many bytes are looked at where looking at all would take long.
const SAMPLE: usize = 4_096;

impl Encoding {
    /// Those that are offered, with what people call them; the likely ones first.
    pub const OFFERED: &'static [(&'static str, &'static str)] = &[
        ("utf-8", "Unicode (UTF-8)"),
        ("windows-1252", "Western European (Windows-1252)"),
        ("utf-16le", "Unicode (UTF-16)"),
        ("utf-16be", "Unicode (UTF-16, big-endian)"),
        ("windows-1250", "Central European (Windows-1250)"),
        ("windows-1251", "Cyrillic (Windows-1251)"),
        ("windows-1253", "Greek (Windows-1253)"),
        ("windows-1254", "Turkish (Windows-1254)"),
        ("windows-1255", "Hebrew (Windows-1255)"),
        ("windows-1256", "Arabic (Windows-1256)"),
        ("macintosh", "Western European (old Mac)"),
        ("shift_jis", "Japanese (Shift JIS)"),
        ("gb18030", "Chinese (GB 18030)"),
        ("big5", "Chinese (Big5)"),
        ("euc-kr", "Korean (EUC-KR)"),
    ];

    /// The name that the browser's decoder knows.
    pub const fn label(self) -> &'static str {
        self.0
    }

    /// The encoding of a name that is offered.
    pub fn of(label: &str) -> Option<Self> {
        Self::OFFERED.iter().find(|(known, _)| *known == label).map(|(known, _)| Self(known))
    }

    /// The likely encoding of a file: as its mark says; UTF-16 where every other byte is zero; UTF-8 where it is valid,
    /// which text in another encoding practically never is; and Windows-1252, what spreadsheets in the west write.
    pub fn guess(bytes: &[u8]) -> Self {
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let many = sample.len() / 4;
        Self(match bytes {
            [0xEF, 0xBB, 0xBF, ..] => "utf-8",
            [0xFF, 0xFE, ..] => "utf-16le",
            [0xFE, 0xFF, ..] => "utf-16be",
            _ if sample.len() > 3 && zeros(1) > many => "utf-16le",
            _ if sample.len() > 3 && zeros(0) > many => "utf-16be",
            _ if std::str::from_utf8(bytes).is_ok() => "utf-8",
            _ => "windows-1252",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_their_marks_and_their_bytes() {
        for (bytes, label) in [
            (&b""[..], "utf-8"),
            (b"Name;Ort", "utf-8"),
            ("Müller;Köln;日本".as_bytes(), "utf-8"),
            (b"\xEF\xBB\xBFName", "utf-8"),
            (b"M\xFCller;K\xF6ln", "windows-1252"),
            (b"\xFF\xFEN\0", "utf-16le"),
            (b"\xFE\xFF\0N", "utf-16be"),
            (b"N\0a\0m\0e\0", "utf-16le"),
            (b"\0N\0a\0m\0e", "utf-16be"),
        ] {
            assert_eq!(Encoding::guess(bytes).label(), label, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_guessed_is_offered() {
        for label in ["utf-8", "utf-16le", "utf-16be", "windows-1252"] {
            assert_eq!(Encoding::of(label).map(Encoding::label), Some(label));
        }
        assert_eq!(Encoding::of("klingon"), None);
    }
}
