//! Lists under `/v1`: which part of one is asked for, and the answer that says where the next part begins.

use std::{fmt::Display, str::FromStr};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::paging::{Cursor, OfList, Place};
use crate::error::FieldError;

/// How many a call gets that does not say.
pub const USUAL: usize = 50;
pub const MOST: usize = 100;

/// Part of a list that is ordered by something, by time unless said otherwise, and by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<Id, At = DateTime<Utc>> {
    /// 1 to [`MOST`].
    pub limit: usize,
    /// It begins after this place; none: at its first entry.
    pub after: Option<Cursor<Id, At>>,
}

impl<Id: Display + FromStr, At: Place> Part<Id, At> {
    /// From `?limit=` and `?cursor=`. What is wrong is added to `mistakes`.
    pub fn parse(
        limit: Option<&str>,
        cursor: Option<&str>,
        of: &OfList,
        mistakes: &mut Vec<FieldError>,
    ) -> Self {
        let limit = match limit.map(str::parse) {
            None => USUAL,
            Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
            Some(_) => {
                let why = format!("Give a whole number from 1 to {MOST}");
                mistakes.push(FieldError::new("limit", why));
                USUAL
            }
        };
        let after = cursor.and_then(|text| {
            let place = Cursor::decode_in(text, of);
            if place.is_none() {
                let why = "Give a next_cursor of this list, or none to begin anew";
                mistakes.push(FieldError::new("cursor", why));
            }
            place
        });
        Self { limit, after }
    }
}

/// One part of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct List<T> {
    /// The entries, in the order of the list.
    pub data: Vec<T>,
    /// What to send as `cursor` for the next part; null: this was the last.
    #[schemars(example = &"MDE5YTlmZDQ")]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// Of `limit + 1` rows at most: the one too many only says that there is more. `place` is where a row stands.
    pub fn of<Row, Id: Display + FromStr, At: Place>(
        mut rows: Vec<Row>,
        limit: usize,
        of: &OfList,
        place: impl Fn(&Row) -> Cursor<Id, At>,
        shown: impl Fn(Row) -> T,
    ) -> Self {
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| is_more);
        Self {
            next_cursor: last.map(|row| place(row).encode_in(of)),
            data: rows.into_iter().map(shown).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::ids::{KeyId, WorkspaceId};

    fn parse(
        limit: Option<&str>,
        cursor: Option<&str>,
        of: &OfList,
    ) -> Result<Part<KeyId>, Vec<String>> {
        let mut mistakes = Vec::new();
        let part = Part::parse(limit, cursor, of, &mut mistakes);
        match mistakes.is_empty() {
            true => Ok(part),
            false => Err(mistakes.iter().map(|m| m.field.to_string()).collect()),
        }
    }

    #[test]
    fn a_limit_is_a_whole_number_up_to_a_hundred() {
        let here = OfList::new(WorkspaceId::fresh(), "keys");
        let limit = |text| parse(text, None, &here).map(|part| part.limit);
        assert_eq!(limit(None), Ok(50));
        assert_eq!(limit(Some("1")), Ok(1));
        assert_eq!(limit(Some("100")), Ok(100));
        for wrong in ["0", "101", "-1", "1.5", "", "many", "99999999999999999999"] {
            assert_eq!(limit(Some(wrong)), Err(vec!["limit".to_owned()]), "{wrong}");
        }
    }

    #[test]
    fn a_list_goes_on_where_it_ended_and_no_other_does() {
        let workspace = WorkspaceId::fresh();
        let here = OfList::new(workspace, "keys");
        let others = [
            OfList::new(WorkspaceId::fresh(), "keys"),
            OfList::new(workspace, "files"),
            here.clone().within(workspace),
        ];
        let rows: Vec<Cursor<KeyId>> = (0..3)
            .map(|n| Cursor {
                at: DateTime::from_timestamp_micros(1_800_000_000_123_456 - n).expect("in range"),
                id: KeyId::fresh(),
            })
            .collect();
        let list = |limit| List::of(rows.clone(), limit, &here, Clone::clone, |row| row.id);
        assert_eq!(list(3).next_cursor, None);
        let first = list(2);
        assert_eq!(first.data, [rows[0].id, rows[1].id]);
        let next = first.next_cursor.expect("one more");
        let part = parse(None, Some(&next), &here).expect("its own");
        assert_eq!(part.after.as_ref(), Some(&rows[1]));
        for other in others {
            assert_eq!(
                parse(None, Some(&next), &other),
                Err(vec!["cursor".to_owned()])
            );
        }
        for broken in ["", "x", &next[1..], &rows[1].encode()] {
            let both = parse(Some("0"), Some(broken), &here);
            assert_eq!(
                both,
                Err(vec!["limit".to_owned(), "cursor".to_owned()]),
                "{broken}"
            );
        }
    }
}
