//! What a list of folders is sorted by, a place in it, and what is looked for in it.

use chrono::{DateTime, Utc};

use crate::{ids::FolderId, web::paging};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    /// What was changed last comes first.
    Changed,
    /// Of files: the largest comes first. Folders have none, and stay as by their names.
    Size,
}

impl Sort {
    /// In addresses; empty: the one that nobody has to name.
    pub fn asked(self) -> &'static str {
        match self {
            Self::Name => "",
            _ => self.name(),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Changed => "changed",
            Self::Size => "size",
        }
    }
}

/// What a list is sorted by, of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// As it is sorted.
    Name(String),
    Changed(DateTime<Utc>),
}

impl By {
    pub fn is_of(&self, sort: Sort) -> bool {
        match self {
            Self::Name(_) => matches!(sort, Sort::Name | Sort::Size),
            Self::Changed(_) => sort == Sort::Changed,
        }
    }
}

impl paging::Place for By {
    fn write(&self) -> String {
        match self {
            Self::Name(folded) => format!("n{}", folded.write()),
            Self::Changed(at) => format!("c{}", at.write()),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match (text.strip_prefix('n'), text.strip_prefix('c')) {
            (Some(folded), _) => paging::Place::read(folded).map(Self::Name),
            (_, Some(at)) => paging::Place::read(at).map(Self::Changed),
            _ => None,
        }
    }
}

/// Which stretch of a list of folders.
pub type Stretch = paging::Stretch<FolderId, By>;

/// Which folders of a list, and in which order.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Each must be in the name; none: no search.
    pub words: Vec<String>,
    pub sort: Sort,
    pub stretch: Stretch,
    /// Read from the end of the list on, backwards, where the stretch names no place.
    pub is_from_end: bool,
    pub most: i64,
}

/// Of those in which somebody's roles begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    #[default]
    All,
    Own,
    Shared,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::paging::{Cursor, Place};

    #[test]
    fn a_place_survives_the_address_bar_and_says_what_it_is_sorted_by() {
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).expect("in range");
        for by in [By::Name("plans: 2027".to_owned()), By::Changed(at)] {
            let cursor = Cursor {
                at: by,
                id: FolderId::fresh(),
            };
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
        for other in ["", "x", "c", "cmorning", "na\0b"] {
            assert_eq!(By::read(other), None, "{other}");
        }
    }
}
