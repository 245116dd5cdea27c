//! Counts as columns hold them: SQLite's integers are signed.

/// For writing a count or size; beyond the largest value it stays there.
pub(crate) fn from_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// For reading a count or size. None of ours is negative; one in a damaged file
/// counts as 0.
pub(crate) fn to_count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}
