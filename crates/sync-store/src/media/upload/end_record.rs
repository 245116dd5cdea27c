//! The record at the end of a zip, read before anything else of it.
//!
//! The zip library keeps every line of an archive's directory in memory. A zip
//! of a few MiB can list a million files, so the number is checked first. So
//! that the library is sure to find the same record, only the plain form is
//! taken that clients write: at the very end, without a comment, directly
//! behind the directory, without the extension for archives over 4 GiB.

use std::io::{Read, Seek, SeekFrom};

use super::refused;
use crate::StoreError;

const RECORD_BYTES: u64 = 22;
const SIGNATURE: [u8; 4] = *b"PK\x05\x06";
/// More than 26 lines with the longest names, extra fields and comments need.
const MAX_DIRECTORY_BYTES: u64 = 8 * 1024 * 1024;

/// Checks the end record of an archive that may hold `max_entries`.
pub(super) fn check_end_record(
    archive: &mut (impl Read + Seek),
    max_entries: usize,
) -> Result<(), StoreError> {
    let length = archive.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let Some(record_start) = length.checked_sub(RECORD_BYTES) else {
        return Err(refused("it is too short for a zip"));
    };
    let mut record = [0; RECORD_BYTES as usize];
    archive.seek(SeekFrom::Start(record_start)).map_err(unreadable)?;
    archive.read_exact(&mut record).map_err(unreadable)?;

    let u16_at = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
    let u32_at = |at: usize| {
        u64::from(u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]))
    };
    let (disk, directory_disk) = (u16_at(4), u16_at(6));
    let (entries_on_disk, entries) = (u16_at(8), u16_at(10));
    let (directory_bytes, directory_start) = (u32_at(12), u32_at(16));
    let comment_bytes = u16_at(20);

    if record[..4] != SIGNATURE || comment_bytes != 0 {
        return Err(refused("it does not end as a zip"));
    }
    if disk != 0 || directory_disk != 0 || entries_on_disk != entries {
        return Err(refused("it is one part of a split zip"));
    }
    if usize::from(entries) > max_entries {
        return Err(refused(format!("it holds {entries} entries")));
    }
    if directory_bytes > MAX_DIRECTORY_BYTES || directory_start + directory_bytes != record_start {
        return Err(refused("its directory is not where it should be"));
    }
    Ok(())
}

/// The error for an archive that the disk on which it lies does not give back.
pub(super) fn unreadable(source: std::io::Error) -> StoreError {
    StoreError::Io { path: "the uploaded media archive".into(), source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive_of(entries: usize) -> Vec<u8> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for n in 0..entries {
            zip.start_file(n.to_string(), SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn check(bytes: &[u8], max_entries: usize) -> Result<(), StoreError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        check_end_record(&mut file, max_entries)
    }

    #[test]
    fn number_of_entries_is_limited() {
        check(&archive_of(26), 26).unwrap();
        assert!(matches!(check(&archive_of(27), 26), Err(StoreError::MediaArchive { .. })));
    }

    #[test]
    fn forged_number_of_entries_does_not_pass() {
        let mut bytes = archive_of(40);
        let record = bytes.len() - 22;
        bytes[record + 8] = 2;
        bytes[record + 10] = 2;
        // The library then reads two lines only, whatever else is there.
        check(&bytes, 26).unwrap();
        let zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(zip.len(), 2);
    }

    #[test]
    fn what_is_not_the_plain_form_is_refused() {
        let good = archive_of(3);
        let mut with_comment = good.clone();
        let at = with_comment.len() - 2;
        with_comment[at] = 2;
        with_comment.extend_from_slice(b"hi");
        let mut prefixed = b"junk".to_vec();
        prefixed.extend_from_slice(&good);
        let cut = &good[..good.len() - 1];
        for bytes in [&[][..], b"PK", &with_comment, &prefixed, cut] {
            assert!(matches!(check(bytes, 26), Err(StoreError::MediaArchive { .. })));
        }
    }
}
