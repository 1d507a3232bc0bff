//! Lines of a CSV file (RFC 4180) that no spreadsheet takes for anything but text and numbers.

use actix_web::web::Bytes;

use crate::error::{Error, Result};

pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8";

/// `names` are those of the columns, where the file begins.
pub fn lines<const N: usize>(
    names: Option<[&str; N]>,
    rows: impl IntoIterator<Item = [Option<String>; N]>,
) -> Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let internal = |error: csv::Error| Error::Internal(error.into());
    if let Some(names) = names {
        writer.write_record(names).map_err(internal)?;
    }
    for cells in rows {
        let cells = cells.map(|cell| harmless(cell.unwrap_or_default()));
        writer.write_record(cells).map_err(internal)?;
    }
    let bytes = writer.into_inner();
    bytes
        .map(Bytes::from)
        .map_err(|e| Error::Internal(e.into_error().into()))
}

/// What a spreadsheet would take for a formula gets a mark in front that makes it a text: also where it begins after what
/// some of them separate cells by.
fn harmless(cell: String) -> String {
    if cell.split(SEPARATORS).all(|part| !is_formula(part)) {
        return cell;
    }
    cell.split_inclusive(SEPARATORS)
        .map(|part| match is_formula(part) {
            true => format!("'{part}"),
            false => part.to_owned(),
        })
        .collect()
}

const SEPARATORS: [char; 3] = [';', '\t', '|'];

fn is_formula(part: &str) -> bool {
    let first = part.trim_start_matches([' ', '\u{a0}']).chars().next();
    matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    )
}
