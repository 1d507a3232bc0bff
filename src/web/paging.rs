//! A place in a list that is ordered by time and id, newest first.

use chrono::{DateTime, Datelike, Utc};
use data_encoding::BASE64URL_NOPAD;

/// How many entries a page shows.
pub const PAGE: usize = 20;

/// Before or after one entry; opaque in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<Id> {
    pub at: DateTime<Utc>,
    pub id: Id,
}

impl<Id: std::fmt::Display + std::str::FromStr> Cursor<Id> {
    pub fn encode(&self) -> String {
        let text = format!("{}:{}", self.at.timestamp_micros(), self.id);
        BASE64URL_NOPAD.encode(text.as_bytes())
    }

    /// None: this is not one of our cursors.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (micros, id) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        Some(Self {
            at: DateTime::from_timestamp_micros(micros.parse().ok()?)
                .filter(|at| (1970..10_000).contains(&at.year()))?,
            id: id.parse().ok()?,
        })
    }
}

/// Which stretch of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch<Id> {
    Newest,
    OlderThan(Cursor<Id>),
    NewerThan(Cursor<Id>),
}

impl<Id: std::fmt::Display + std::str::FromStr> Stretch<Id> {
    /// From `?before=` and `?after=`. None: a cursor that is not ours, or both.
    pub fn parse(before: Option<&str>, after: Option<&str>) -> Option<Self> {
        match (before, after) {
            (None, None) => Some(Self::Newest),
            (Some(before), None) => Cursor::decode(before).map(Self::OlderThan),
            (None, Some(after)) => Cursor::decode(after).map(Self::NewerThan),
            (Some(_), Some(_)) => None,
        }
    }
}

/// One page, and whether the list goes on at its two ends.
pub struct Slice<T> {
    pub rows: Vec<T>,
    pub newer: bool,
    pub older: bool,
}

impl<T> Slice<T> {
    /// Of `PAGE + 1` rows at most, read in the direction of the stretch: the one too many only says that there is more.
    pub fn of<Id>(mut rows: Vec<T>, stretch: &Stretch<Id>) -> Self {
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        match stretch {
            Stretch::Newest => Self {
                rows,
                newer: false,
                older: more,
            },
            Stretch::OlderThan(_) => Self {
                rows,
                newer: true,
                older: more,
            },
            Stretch::NewerThan(_) => {
                rows.reverse();
                Self {
                    rows,
                    newer: more,
                    older: true,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::KeyId;

    #[test]
    fn a_cursor_survives_the_address_bar_and_nothing_else_does() {
        let cursor = Cursor {
            at: DateTime::from_timestamp_micros(1_800_000_000_123_456).expect("in range"),
            id: KeyId::fresh(),
        };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        let far = BASE64URL_NOPAD.encode(b"-6000000000000000000:000000000000");
        for other in ["", "x", "MTp4", "%00", &far] {
            assert_eq!(Cursor::<KeyId>::decode(other), None);
        }
    }
}
