//! Sizes with units, as people write and read them.

use std::fmt;
use std::str::FromStr;

use bytesize::ByteSize;

/// A number of bytes. Read and written with a unit: a bare letter is the power of 1024, as `head`,
/// `dd`, `mount` and Slurm have it.
///
/// | written | is |
/// | --- | --- |
/// | `640`, `640B` | 640 bytes |
/// | `16M`, `16MiB` | 16 × 1024² bytes |
/// | `16MB` | 16 × 1000² bytes |
/// | `1.5G` | 1.5 × 1024³ bytes |
///
/// ```
/// use wharf::Size;
///
/// assert_eq!("16M".parse(), Ok(Size(16 << 20)));
/// assert_eq!("16 MB".parse(), Ok(Size(16_000_000)));
/// assert_eq!(Size(3 << 19).to_string(), "1.5 MiB");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

/// Some text is no [`Size`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a size: write a number of bytes, or one with a unit, such as 500M, 1.5GiB or 10GB"
)]
pub struct SizeError;

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let bare = text.ends_with(|last| "kKmMgGtTpPeE".contains(last));
        let parsed: Result<ByteSize, _> =
            if bare { format!("{text}iB").parse() } else { text.parse() };
        parsed.map(|size| Self(size.as_u64())).map_err(|_| SizeError)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&ByteSize(self.0).display().iec().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_letter_is_a_power_of_1024() {
        let right: [(&str, u64); 11] = [
            ("0", 0),
            ("640", 640),
            ("640B", 640),
            ("16k", 16 << 10),
            ("16K", 16 << 10),
            ("16M", 16 << 20),
            ("16 MiB", 16 << 20),
            ("16MB", 16_000_000),
            ("1.5G", 3 << 29),
            ("2T", 2 << 40),
            ("9007199254740993", 9_007_199_254_740_993),
        ];
        for (text, bytes) in right {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "M", "many", "-1", "16Q", "16 M M", "1e9", "0x10", "16Mi B", "ten"] {
            assert_eq!(text.parse::<Size>(), Err(SizeError), "{text}");
        }
    }

    #[test]
    fn a_size_is_shown_in_the_unit_that_fits() {
        let shown = |bytes| Size(bytes).to_string();
        assert_eq!(shown(0), "0 B");
        assert_eq!(shown(1023), "1023 B");
        assert_eq!(shown(1024), "1.0 KiB");
        assert_eq!(shown(1 << 26), "64.0 MiB");
        assert_eq!(shown(5 << 30), "5.0 GiB");
        assert_eq!(shown(u64::MAX), "16.0 EiB");
        assert_eq!(format!("{:>10}", Size(7)), "       7 B");
    }
}
