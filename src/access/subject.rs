//! Who or what an entry of the list is about, and what cursors call it.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::{GroupId, KeyId, MemberId};

/// In the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Kind {
    Member,
    Group,
    ApiKey,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Member, Self::Group, Self::ApiKey];

    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Group => "group",
            Self::ApiKey => "api_key",
        }
    }
}

/// One entry of the list, as cursors name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Member(MemberId),
    Group(GroupId),
    Key(KeyId),
}

impl Subject {
    pub fn kind(self) -> Kind {
        match self {
            Self::Member(_) => Kind::Member,
            Self::Group(_) => Kind::Group,
            Self::Key(_) => Kind::ApiKey,
        }
    }

    pub fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(id) => Some(id),
            _ => None,
        }
    }

    pub fn group(self) -> Option<GroupId> {
        match self {
            Self::Group(id) => Some(id),
            _ => None,
        }
    }

    pub fn key(self) -> Option<KeyId> {
        match self {
            Self::Key(id) => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind().name();
        match self {
            Self::Member(id) => write!(f, "{kind}.{id}"),
            Self::Group(id) => write!(f, "{kind}.{id}"),
            Self::Key(id) => write!(f, "{kind}.{id}"),
        }
    }
}

impl FromStr for Subject {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once('.').ok_or(())?;
        let kind = Kind::ALL.into_iter().find(|k| k.name() == kind).ok_or(())?;
        match kind {
            Kind::Member => id.parse().map(Self::Member).map_err(drop),
            Kind::Group => id.parse().map(Self::Group).map_err(drop),
            Kind::ApiKey => id.parse().map(Self::Key).map_err(drop),
        }
    }
}
