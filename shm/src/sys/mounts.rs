//! The filesystems this process sees, as `/proc/self/mountinfo` lists them.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount<'a> {
    /// What part of the filesystem is seen.
    pub(crate) root: PathBuf,
    /// Where it is seen.
    pub(crate) point: PathBuf,
    /// The filesystem's type.
    pub(crate) kind: &'a [u8],
    /// The filesystem's own options.
    pub(crate) options: &'a [u8],
}

/// The mounts in the text of `/proc/self/mountinfo`. Lines that cannot be read are left out.
pub(crate) fn parse(mountinfo: &[u8]) -> impl Iterator<Item = Mount<'_>> {
    mountinfo.split(|&byte| byte == b'\n').filter_map(mount)
}

/// `36 35 98:0 ROOT POINT options optional-fields… - TYPE source SUPER-OPTIONS`
fn mount(line: &[u8]) -> Option<Mount<'_>> {
    let mut fields = line.split(|&byte| byte == b' ');
    let (root, point) = (fields.nth(3)?, fields.next()?);
    fields.find(|&field| field == b"-")?;
    let (kind, options) = (fields.next()?, fields.nth(1)?);
    Some(Mount { root: unescape(root), point: unescape(point), kind, options })
}

/// A path as mountinfo writes it: blanks, tabs, newlines and backslashes are `\` and three octal
/// digits.
fn unescape(field: &[u8]) -> PathBuf {
    let mut path = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&byte, after)) = rest.split_first() {
        let digits =
            after.get(..3).filter(|digits| digits.iter().all(|d| matches!(d, b'0'..=b'7')));
        match digits {
            Some(digits) if byte == b'\\' => {
                path.push(digits.iter().fold(0, |n: u8, d| n << 3 | (d - b'0')));
                rest = &after[3..];
            }
            _ => {
                path.push(byte);
                rest = after;
            }
        }
    }
    PathBuf::from(OsString::from_vec(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn escaped_paths_are_read() {
        assert_eq!(
            unescape(br"/with\040blank\134and\tail\04"),
            Path::new("/with blank\\and\\tail\\04")
        );
    }

    #[test]
    fn optional_fields_are_passed_over_and_garbage_is_left_out() {
        let text = b"42 27 0:39 / /mnt/huge rw,relatime shared:9 master:2 - hugetlbfs none rw,pagesize=2M\n1 2\n\n";
        let expected = Mount {
            root: "/".into(),
            point: "/mnt/huge".into(),
            kind: b"hugetlbfs",
            options: b"rw,pagesize=2M",
        };
        assert_eq!(parse(text).collect::<Vec<_>>(), [expected]);
    }
}
