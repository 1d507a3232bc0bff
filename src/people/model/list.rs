//! What a list of members or groups can be asked for, and a place in it.

use std::{fmt::Display, str::FromStr};

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;

use super::State;
use crate::{
    actor::Role,
    ids::GroupId,
    web::{paging::Slice, time, ui::Pager},
};

/// How many rows a page of members or groups shows.
pub const PAGE: usize = 20;

/// Which members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Each must be in the name or the address.
    pub words: Vec<String>,
    pub role: Option<Role>,
    pub which: Which,
    /// Of those in this group.
    pub group: Option<GroupId>,
}

/// Those who belong to the workspace, or those in one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Present,
    In(State),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    /// Whoever was here last comes first.
    Seen,
}

/// Which stretch of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch<Id> {
    First(Sort),
    After(Place<Id>),
    Before(Place<Id>),
}

/// Beside one row; opaque in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<Id> {
    pub by: By,
    pub id: Id,
}

/// What the list is sorted by, of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    Name(String),
    Seen(DateTime<Utc>),
}

/// Words beyond these are not looked for.
const MOST_WORDS: usize = 8;

/// What somebody typed to search, word by word.
pub fn words(typed: &str) -> Vec<String> {
    typed
        .split_whitespace()
        .take(MOST_WORDS)
        .map(|word| word.chars().take(100).collect())
        .collect()
}

impl<Id: Display + FromStr> Place<Id> {
    pub fn encode(&self) -> String {
        let by = match &self.by {
            By::Name(folded) => folded.clone(),
            By::Seen(at) => at.timestamp_micros().to_string(),
        };
        BASE64URL_NOPAD.encode(format!("{by}\n{}", self.id).as_bytes())
    }

    /// None: this is not a place in a list that is sorted so.
    fn decode(text: &str, sort: Sort) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (by, id) = std::str::from_utf8(&bytes).ok()?.rsplit_once('\n')?;
        let by = match sort {
            Sort::Name if by.contains('\0') => return None,
            Sort::Name => By::Name(by.to_owned()),
            Sort::Seen => DateTime::from_timestamp_micros(by.parse().ok()?)
                .and_then(time::sane)
                .map(By::Seen)?,
        };
        Some(Self {
            by,
            id: id.parse().ok()?,
        })
    }
}

impl<Id: Display + FromStr> Stretch<Id> {
    /// From `?before=` and `?after=`. None: a place that is not ours, or both.
    pub fn parse(sort: Sort, before: Option<&str>, after: Option<&str>) -> Option<Self> {
        match (before, after) {
            (None, None) => Some(Self::First(sort)),
            (None, Some(after)) => Place::decode(after, sort).map(Self::After),
            (Some(before), None) => Place::decode(before, sort).map(Self::Before),
            (Some(_), Some(_)) => None,
        }
    }

    pub fn sort(&self) -> Sort {
        match self {
            Self::First(sort) => *sort,
            Self::After(place) | Self::Before(place) => match place.by {
                By::Name(_) => Sort::Name,
                By::Seen(_) => Sort::Seen,
            },
        }
    }

    /// Of one row more than a page has, which only says that there is more.
    pub fn slice<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let (newer, older) = match self {
            Self::First(_) => (false, more),
            Self::After(_) => (true, more),
            Self::Before(_) => {
                rows.reverse();
                (more, true)
            }
        };
        Slice { rows, newer, older }
    }
}

/// The addresses of the pages beside one, which begin with `base`, and how many rows there are in all.
pub fn pages<T, Id: Display + FromStr>(
    base: &str,
    slice: &Slice<T>,
    place: impl Fn(&T) -> Place<Id>,
    (total, noun): (i64, &str),
) -> Pager {
    let sign = if base.contains('?') { '&' } else { '?' };
    let first = slice.rows.first().filter(|_| slice.newer);
    let last = slice.rows.last().filter(|_| slice.older);
    let label = match slice.newer || slice.older {
        false => time::counted(total, noun),
        true => format!("{} of {}", slice.rows.len(), time::counted(total, noun)),
    };
    let link = |side, row| format!("{base}{sign}{side}={}", place(row).encode());
    let (previous, next) = (
        first.map(|r| link("before", r)),
        last.map(|r| link("after", r)),
    );
    Pager::by_page(label, previous, next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserId;

    #[test]
    fn a_place_survives_the_address_bar_and_nothing_else_does() {
        let id = UserId::fresh();
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).expect("in range");
        for by in [By::Name("ada park ada@x.example".to_owned()), By::Seen(at)] {
            let sort = match by {
                By::Name(_) => Sort::Name,
                By::Seen(_) => Sort::Seen,
            };
            let place = Place { by, id };
            assert_eq!(
                Stretch::parse(sort, None, Some(&place.encode())),
                Some(Stretch::After(place))
            );
        }
        let nul = BASE64URL_NOPAD.encode(format!("a\0b\n{id}").as_bytes());
        let far = BASE64URL_NOPAD.encode(format!("-6000000000000000000\n{id}").as_bytes());
        for other in ["", "x", "MTp4", &nul] {
            assert_eq!(Place::<UserId>::decode(other, Sort::Name), None, "{other}");
        }
        for other in ["", "x", &far] {
            assert_eq!(Place::<UserId>::decode(other, Sort::Seen), None, "{other}");
        }
    }
}
