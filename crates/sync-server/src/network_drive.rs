//! Whether a folder lies on a drive of another computer, where locks and
//! flushes are not to be trusted.

use std::path::Path;

/// Whether the folder, which exists and is spelled out, lies on a network drive.
/// A system that does not tell counts as no.
pub(crate) fn is_network_drive(folder: &Path) -> bool {
    #[cfg(windows)]
    {
        use std::path::{Component, Prefix};
        matches!(
            folder.components().next(),
            Some(Component::Prefix(prefix))
                if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
        )
    }
    #[cfg(not(windows))]
    file_system(folder).is_some_and(|kind| is_network_kind(&kind))
}

/// What the system calls the kind of file system that holds a folder, which
/// exists and is spelled out: `ext4`, `nfs4`, `apfs`, …. Windows does not tell.
#[must_use]
pub fn file_system(folder: &Path) -> Option<String> {
    #[cfg(target_os = "linux")]
    {
        kind_of_mount(&std::fs::read_to_string("/proc/mounts").ok()?, folder)
    }
    #[cfg(target_os = "macos")]
    {
        // Prints `//anna@nas/share on /Volumes/share (smbfs, nodev, …)`.
        let printed = std::process::Command::new("/sbin/mount").output().ok()?.stdout;
        kind_of_macos_mount(&String::from_utf8_lossy(&printed), folder)
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    {
        let _ = folder;
        None
    }
}

/// How Linux and macOS call file systems whose disks are elsewhere.
#[cfg_attr(windows, allow(dead_code, reason = "there the path tells"))]
fn is_network_kind(kind: &str) -> bool {
    const KINDS: [&str; 22] = [
        "nfs",
        "nfs4",
        "cifs",
        "smb2",
        "smb3",
        "smbfs",
        "afpfs",
        "webdav",
        "davfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "ncpfs",
        "fuse.sshfs",
        "fuse.davfs",
        "fuse.rclone",
        "fuse.gvfsd-fuse",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.curlftpfs",
    ];
    KINDS.contains(&kind)
}

/// The kind of the file system that holds `folder`, by the text of `/proc/mounts`.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "tested everywhere"))]
fn kind_of_mount(mounts: &str, folder: &Path) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (place, kind) = (unescaped(words.nth(1)?), words.next()?);
            folder.starts_with(&place).then(|| (place.len(), kind.to_owned()))
        })
        // Of two at the same place the later one lies on top.
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)
}

/// The kernel writes blanks and the like as three octal digits.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "tested everywhere"))]
fn unescaped(word: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(word.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

#[cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "tested everywhere"))]
fn kind_of_macos_mount(printed: &str, folder: &Path) -> Option<String> {
    printed
        .lines()
        .filter_map(|line| {
            let (_, place_and_kind) = line.split_once(" on ")?;
            let (place, kind) = place_and_kind.rsplit_once(" (")?;
            let kind = kind.split([',', ')']).next()?;
            folder.starts_with(place).then(|| (place.len(), kind.to_owned()))
        })
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_innermost_mount_on_linux_decides() {
        let mounts = "\
            /dev/sda1 / ext4 rw 0 0\n\
            nas:/home /home nfs4 rw 0 0\n\
            /dev/sdb1 /home/anna/my\\040disk ext4 rw 0 0\n";
        let kind = |folder| kind_of_mount(mounts, Path::new(folder)).unwrap();
        assert_eq!(kind("/srv/anki"), "ext4");
        assert_eq!(kind("/home/anna/.syncserver"), "nfs4");
        assert_eq!(kind("/home/anna/my disk/anki"), "ext4");
        assert_eq!(kind("/homework"), "ext4");
    }

    #[test]
    fn the_innermost_mount_on_macos_decides() {
        let printed = "\
            /dev/disk3s1s1 on / (apfs, sealed, local, read-only)\n\
            //anna@nas/share on /Volumes/share (smbfs, nodev, nosuid)\n";
        let kind = |folder| kind_of_macos_mount(printed, Path::new(folder)).unwrap();
        assert_eq!(kind("/Users/anna"), "apfs");
        assert_eq!(kind("/Volumes/share/anki"), "smbfs");
    }

    #[test]
    fn network_drives_are_told_from_disks() {
        assert!(is_network_kind("cifs"));
        assert!(is_network_kind("fuse.sshfs"));
        assert!(!is_network_kind("ext4"));
        assert!(!is_network_kind("fuseblk"));
    }
}
