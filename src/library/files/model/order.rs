//! In which order files of a folder are listed.

use chrono::{DateTime, Utc};

use super::File;
use crate::{ids::FileId, library::model::Sort, web::paging};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Name,
    NameReversed,
    /// What changed last comes first.
    Changed,
    ChangedReversed,
    /// The largest comes first.
    Size,
    SizeReversed,
}

impl Order {
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::NameReversed,
        Self::Changed,
        Self::ChangedReversed,
        Self::Size,
        Self::SizeReversed,
    ];

    /// In addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameReversed => "name-reversed",
            Self::Changed => "changed",
            Self::ChangedReversed => "changed-reversed",
            Self::Size => "size",
            Self::SizeReversed => "size-reversed",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }

    /// The same, from its end.
    pub fn reversed(self) -> Self {
        match self {
            Self::Name => Self::NameReversed,
            Self::NameReversed => Self::Name,
            Self::Changed => Self::ChangedReversed,
            Self::ChangedReversed => Self::Changed,
            Self::Size => Self::SizeReversed,
            Self::SizeReversed => Self::Size,
        }
    }

    /// Where a file stands in it, but for its id, which decides among equals.
    pub fn place(self, file: &File) -> Place {
        match self {
            Self::Name | Self::NameReversed => Place::Name(file.folded.clone()),
            Self::Changed | Self::ChangedReversed => Place::Changed(file.updated_at),
            Self::Size | Self::SizeReversed => Place::Size(file.size),
        }
    }
}

/// As folders are sorted, with which files are listed.
impl From<Sort> for Order {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Name => Self::Name,
            Sort::Changed => Self::Changed,
            Sort::Size => Self::Size,
        }
    }
}

/// Which stretch of a list of files.
pub type Stretch = paging::Stretch<FileId, Place>;

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Name(String),
    Changed(DateTime<Utc>),
    Size(i64),
}

impl Place {
    pub fn is_of(&self, order: Order) -> bool {
        match self {
            Self::Name(_) => matches!(order, Order::Name | Order::NameReversed),
            Self::Changed(_) => matches!(order, Order::Changed | Order::ChangedReversed),
            Self::Size(_) => matches!(order, Order::Size | Order::SizeReversed),
        }
    }
}

impl paging::Place for Place {
    fn write(&self) -> String {
        match self {
            Self::Name(name) => format!("n{name}"),
            Self::Changed(at) => format!("c{}", at.write()),
            Self::Size(size) => format!("s{size}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        match (letters.next()?, letters.as_str()) {
            ('n', name) => paging::Place::read(name).map(Self::Name),
            ('c', at) => paging::Place::read(at).map(Self::Changed),
            ('s', size) => size.parse().ok().map(Self::Size),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::paging::Place as _;

    #[test]
    fn places_survive_the_address_bar_and_nothing_else_does() {
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).expect("in range");
        for place in [
            Place::Name("a:b büro".to_owned()),
            Place::Changed(at),
            Place::Size(7),
        ] {
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for other in ["", "x", "cx", "sx", "na\0"] {
            assert_eq!(Place::read(other), None, "{other}");
        }
        for order in Order::ALL {
            assert_eq!(Order::named(order.name()), Some(order));
            assert_eq!(order.reversed().reversed(), order);
        }
    }
}
