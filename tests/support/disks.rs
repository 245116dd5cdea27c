//! Disks that are small, read-only or of another kind, for tests that may mount them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Tells that a test cannot run here: `cargo xtask test` repeats it, where a line that is
/// merely printed would be lost with a test that passes.
pub fn skip(reason: &str) {
    eprintln!("Skipped: {reason}");
    let Some(list) = std::env::var_os("SKIPPED_TESTS") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(list);
    let thread = std::thread::current();
    writeln!(file.unwrap(), "{}: {reason}", thread.name().unwrap_or("a test")).unwrap();
}

/// A small file system in memory, which is taken away when dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// `None`, with the reason printed, where nothing may be mounted.
    #[must_use]
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path());
        match mount.output() {
            Ok(output) if output.status.success() => Some(Self { folder }),
            Ok(output) => {
                let reason = String::from_utf8_lossy(&output.stderr).into_owned();
                skip(&format!("nothing may be mounted here: {}", reason.trim()));
                None
            }
            Err(error) => {
                skip(&format!("there is no mount here: {error}"));
                None
            }
        }
    }

    /// Where it is mounted.
    #[must_use]
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
    #[must_use]
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
#[derive(Debug)]
pub struct ReadOnly(PathBuf);

impl ReadOnly {
    /// Nobody may write to this folder any more.
    #[must_use]
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

/// A small memory stick with exFAT, mounted. Gone when dropped.
#[derive(Debug)]
pub struct MemoryStick {
    folder: TempDir,
    device: String,
}

impl MemoryStick {
    /// `None`, with the reason told, where this cannot be.
    #[must_use]
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("image");
        std::fs::File::create(&image).unwrap().set_len(64 * 1024 * 1024).unwrap();
        let mounted = folder.path().join("mounted");
        std::fs::create_dir(&mounted).unwrap();
        let result = run("mkfs.exfat", &[&image])
            .and_then(|_| run("losetup", &[Path::new("--find"), Path::new("--show"), &image]))
            .and_then(|device| {
                let stick = Self { folder, device: device.trim().to_owned() };
                run("mount.exfat-fuse", &[Path::new(&stick.device), &mounted]).map(|_| stick)
            });
        result.map_err(|reason| skip(&format!("no exFAT here: {reason}"))).ok()
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }
}

impl Drop for MemoryStick {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
        let _ = Command::new("losetup").arg("-d").arg(&self.device).output();
    }
}

fn run(program: &str, words: &[&Path]) -> Result<String, String> {
    let output = Command::new(program).args(words).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
