//! Lists for people: aligned columns, sizes and times in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Lines with their columns aligned. Columns are two blanks apart.
pub fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let mut widths = [0; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A time in the time zone of this computer; a dash if there is none.
pub fn time(millis: Option<i64>) -> String {
    let Some(millis) = millis else { return "-".to_owned() };
    match Timestamp::from_millisecond(millis) {
        Ok(time) => {
            time.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
        }
        Err(_) => "-".to_owned(),
    }
}

/// A size in bytes, kB, MB or GB; a dash if it is not known.
pub fn size(bytes: Option<u64>) -> String {
    let Some(bytes) = bytes else { return "-".to_owned() };
    let tenths_of = |unit: u64| {
        let tenths = bytes.saturating_mul(10) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", tenths_of(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths_of(1_000_000)),
        _ => format!("{} GB", tenths_of(1_000_000_000)),
    }
}

/// A number; a dash if it is not known.
pub fn count(number: Option<u64>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_letters_and_lines_have_no_blanks_at_the_end() {
        let rows = [["a", "b"], ["Größe", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "a      b\nGröße\n");
    }

    #[test]
    fn sizes_are_rounded_down_to_a_tenth() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_050, "1.0 kB"),
            (2_590_000, "2.5 MB"),
            (7_000_000_000, "7.0 GB"),
        ] {
            assert_eq!(size(Some(bytes)), text);
        }
        assert_eq!(size(None), "-");
    }
}
