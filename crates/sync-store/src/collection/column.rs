//! Reading stored values that other programs may have written oddly.
//!
//! One row with a fractional number or a text in an integer column must not fail
//! every sync of its account, so a value that does not fit is replaced by the
//! nearest one that does.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use sync_protocol::Usn;

/// Which usns count as changed since a sync partner's usn.
///
/// A partner at -1 has never synced as a client does, and gets what is marked as
/// unsent; to every other one, what was written at its usn or later is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PendingUsns {
    /// Lowest pending usn.
    pub first: i64,
    /// Highest pending usn.
    pub last: i64,
}

impl PendingUsns {
    pub(super) fn since(usn: Usn) -> Self {
        let first = i64::from(usn.0);
        Self { first, last: if first == -1 { -1 } else { i64::MAX } }
    }

    pub(super) fn contains(self, usn: i64) -> bool {
        (self.first..=self.last).contains(&usn)
    }
}

/// The column as an integer: fractions are cut off, and what is no number is 0.
pub(super) fn integer(row: &Row<'_>, column: usize) -> i64 {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => number,
        // Saturates; NaN cannot be stored.
        Ok(ValueRef::Real(number)) => number as i64,
        _ => 0,
    }
}

/// The column as an integer, only if it is stored as one.
pub(super) fn strict_integer(row: &Row<'_>, column: usize) -> Option<i64> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => Some(number),
        _ => None,
    }
}

/// The column as text; invalid UTF-8 is replaced, and what is no text is empty.
pub(super) fn text(row: &Row<'_>, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        _ => String::new(),
    }
}

/// The column as bytes; what is a number is empty.
pub(super) fn bytes<'row>(row: &'row Row<'_>, column: usize) -> &'row [u8] {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => bytes,
        _ => &[],
    }
}

/// The usn in the column.
pub(super) fn usn(row: &Row<'_>, column: usize) -> Usn {
    Usn(nearest_i32(integer(row, column)))
}

pub(super) fn nearest_i32(number: i64) -> i32 {
    number.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

pub(super) fn nearest_u32(number: i64) -> u32 {
    number.clamp(0, u32::MAX.into()) as u32
}

pub(super) fn nearest_u16(number: i64) -> u16 {
    number.clamp(0, u16::MAX.into()) as u16
}

pub(super) fn nearest_u8(number: i64) -> u8 {
    number.clamp(0, u8::MAX.into()) as u8
}
