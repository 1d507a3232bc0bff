//! A place in a list that is ordered by something and, among equals, by id.

use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::BASE64URL_NOPAD;

use super::time;
use crate::ids::WorkspaceId;

/// What a list is ordered by, as cursors carry it.
pub trait Place: Sized {
    fn write(&self) -> String;
    /// None: nothing that [`Place::write`] writes.
    fn read(text: &str) -> Option<Self>;
}

/// Of a list that is ordered by its ids alone.
impl Place for () {
    fn write(&self) -> String {
        String::new()
    }

    fn read(text: &str) -> Option<Self> {
        text.is_empty().then_some(())
    }
}

impl Place for DateTime<Utc> {
    fn write(&self) -> String {
        self.timestamp_micros().to_string()
    }

    fn read(text: &str) -> Option<Self> {
        time::sane(Self::from_timestamp_micros(text.parse().ok()?)?)
    }
}

/// Of a list by name, as it is sorted.
impl Place for String {
    fn write(&self) -> String {
        self.clone()
    }

    fn read(text: &str) -> Option<Self> {
        (!text.contains('\0')).then(|| text.to_owned())
    }
}

/// ISO 8601.
impl Place for NaiveDate {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|day| time::is_sane(*day))
    }
}

/// Which list a program reads: a cursor leads nowhere but in the one that it was given in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfList(String);

impl OfList {
    pub fn new(workspace: WorkspaceId, name: &str) -> Self {
        Self(format!("{workspace}/{name}"))
    }

    /// Of what is in something, such as a folder.
    pub fn within(self, id: impl std::fmt::Display) -> Self {
        Self(format!("{}/{id}", self.0))
    }
}

/// Before or after one entry; opaque in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<Id, At = DateTime<Utc>> {
    pub at: At,
    pub id: Id,
}

impl<Id: std::fmt::Display + std::str::FromStr, At: Place> Cursor<Id, At> {
    pub fn encode(&self) -> String {
        let text = format!("{}:{}", self.at.write(), self.id);
        BASE64URL_NOPAD.encode(text.as_bytes())
    }

    /// None: this is not one of our cursors.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (at, id) = std::str::from_utf8(&bytes).ok()?.rsplit_once(':')?;
        Some(Self {
            at: At::read(at)?,
            id: id.parse().ok()?,
        })
    }

    /// The same, for programs.
    pub fn encode_in(&self, list: &OfList) -> String {
        let text = format!("{}:{}", list.0, self.encode());
        BASE64URL_NOPAD.encode(text.as_bytes())
    }

    /// None: this is not one of our cursors in this list.
    pub fn decode_in(text: &str, list: &OfList) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (of, place) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        (of == list.0).then(|| Self::decode(place))?
    }
}

/// Which stretch of a list is asked for. "Newer" is towards its first entry, whatever it is ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch<Id, At = DateTime<Utc>> {
    Newest,
    OlderThan(Cursor<Id, At>),
    NewerThan(Cursor<Id, At>),
}

impl<Id: std::fmt::Display + std::str::FromStr, At: Place> Stretch<Id, At> {
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
    /// Of one row more than a page holds, at most, read in the direction of the stretch: the one too many only says that
    /// there is more.
    pub fn of<Id, At>(mut rows: Vec<T>, stretch: &Stretch<Id, At>, page: usize) -> Self {
        let more = rows.len() > page;
        rows.truncate(page);
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
