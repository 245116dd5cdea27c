//! File systems that a test may fill up or make read-only.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program;

/// A small file system in memory, which is taken away when dropped.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// `None`, with the reason printed, where nothing may be mounted.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path());
        match mount.output() {
            Ok(output) if output.status.success() => Some(Self { folder }),
            Ok(output) => {
                let reason = String::from_utf8_lossy(&output.stderr).into_owned();
                program::skip(&format!("nothing may be mounted here: {}", reason.trim()));
                None
            }
            Err(error) => {
                program::skip(&format!("there is no mount here: {error}"));
                None
            }
        }
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Changes how it is mounted: `ro` or `rw`.
    pub fn remount(&self, how: &str) {
        let options = format!("remount,{how}");
        let mut mount = Command::new("mount");
        assert!(mount.args(["-o", &options]).arg(self.path()).status().unwrap().success());
    }

    /// Leaves no byte free; returns the file that takes the room.
    pub fn fill(&self) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        let full = std::io::copy(&mut std::io::repeat(7), &mut file).unwrap_err();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// A part of the file system that nobody may write to, for as long as this lives.
pub struct ReadOnly(PathBuf);

impl ReadOnly {
    /// Nobody may write to this folder any more.
    pub fn folder(folder: PathBuf) -> Self {
        for how in ["bind", "remount,bind,ro"] {
            let mut mount = Command::new("mount");
            mount.args(["-o", how]).arg(&folder).arg(&folder);
            assert!(mount.status().unwrap().success(), "{how}");
        }
        Self(folder)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
