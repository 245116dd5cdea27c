//! The sync protocol's version number.

use crate::ProtocolError;

/// Protocol version, 8 to 11.
///
/// 8 (2013) brought the session key, 9 (2018) the v2 scheduler, 10 (2020) the
/// v2 time zones, 11 (January 2023, client 2.1.57) the header framing, zstd and
/// collection files of schema 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyncVersion(u8);

impl SyncVersion {
    /// The oldest version that is spoken.
    pub const MIN: Self = Self(8);
    /// What every multipart request counts as: it does not say its version.
    pub const MULTIPART: Self = Self(10);
    /// The newest version that is spoken.
    pub const MAX: Self = Self(11);

    /// Checks a version number.
    ///
    /// # Errors
    /// [`ProtocolError::UnsupportedVersion`] outside 8 to 11.
    pub fn new(number: u64) -> Result<Self, ProtocolError> {
        match u8::try_from(number) {
            Ok(v @ 8..=11) => Ok(Self(v)),
            _ => Err(ProtocolError::UnsupportedVersion(number)),
        }
    }

    /// The bare number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether responses are a zstd stream with `anki-original-size`, and
    /// collection files have schema 18. Otherwise they are plain, and schema 11.
    #[must_use]
    pub fn is_zstd(self) -> bool {
        self.0 >= 11
    }

    /// Whether the client understands the v2 scheduler (`schedVer` 2).
    #[must_use]
    pub fn knows_v2_scheduler(self) -> bool {
        self.0 >= 9
    }

    /// Whether the client understands the time zones of the v2 scheduler
    /// (`creationOffset`).
    #[must_use]
    pub fn knows_v2_timezones(self) -> bool {
        self.0 >= 10
    }
}
