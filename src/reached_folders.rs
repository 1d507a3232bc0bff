//! The folders that people, groups and keys reach, as far as pages about those show and change them.
//!
//! The library implements this, and `app` passes it to pages and to the API of keys and of people, which know no folders.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::{Actor, FolderRole},
    error::Result,
    ids::{FolderId, GroupId, KeyId, MemberId},
    permissions::Permission,
};

pub trait ReachedFolders: Send + Sync {
    /// Where the roles of each of these begin, or become greater: at most `most` folders of each, by name. Who reaches
    /// none is missing.
    ///
    /// # Errors
    /// `Forbidden`: `actor` is no owner or admin, and asks about somebody else.
    fn reach(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        holders: &[Holder],
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<HashMap<Holder, Reach>>;

    /// The same of whoever asks, as lists show them to it.
    fn own(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<Reach>;

    /// Gives a key of the workspace, which was a member's until now, the roles that this member has in these folders.
    ///
    /// # Errors
    /// `NotFound`: the member has no role in one of them, or none that begins there.
    fn give(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        key_from: (KeyId, MemberId),
        folders: &BTreeSet<FolderId>,
        now: DateTime<Utc>,
    ) -> Result<()>;

    /// Has whoever asks the role in a folder that a permission needs there?
    ///
    /// # Errors
    /// `NotFound`: they have none, or there is no such folder. `Refused`: it is too low.
    fn check(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        folder: FolderId,
        permission: Permission,
        now: DateTime<Utc>,
    ) -> Result<()>;
}

/// Whose roles are asked about. A personal key has those of its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    Member(MemberId),
    Group(GroupId),
    /// Of the workspace.
    Key(KeyId),
}

impl Holder {
    /// Whose roles a key has.
    pub fn of_key(key: KeyId, owner: Option<MemberId>) -> Self {
        owner.map_or(Self::Key(key), Self::Member)
    }
}

/// What somebody or something reaches.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    pub folders: Vec<ReachedFolder>,
    /// How many there are.
    pub total: i64,
}

/// A folder, and with it all that is in it.
#[derive(Debug, Clone)]
pub struct ReachedFolder {
    pub id: FolderId,
    pub name: String,
    /// The greatest of those below.
    pub role: FolderRole,
    /// When that role ends; none: it does not.
    pub ends_at: Option<DateTime<Utc>>,
    /// Through what, each with the role that follows.
    pub ways: Vec<Way>,
}

#[derive(Debug, Clone)]
pub struct Way {
    pub through: Through,
    pub role: FolderRole,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Through {
    /// It was given to them.
    Direct,
    /// They are in a group, which is called so.
    Group(GroupId, String),
    /// It is theirs.
    Owner,
}

impl Reach {
    /// How many there are beyond those that are named.
    pub fn others(&self) -> i64 {
        let named = i64::try_from(self.folders.len()).unwrap_or(i64::MAX);
        (self.total - named).max(0)
    }
}

impl ReachedFolder {
    pub fn is_owned(&self) -> bool {
        self.ways.iter().any(|way| way.through == Through::Owner)
    }

    /// "Direct, through Engineering": where the greatest role comes from.
    pub fn through(&self) -> String {
        let ways = self.ways.iter().filter(|way| way.role == self.role);
        let said = ways.map(|way| way.through.in_words());
        said.collect::<Vec<_>>().join(", ")
    }
}

impl Through {
    pub fn in_words(&self) -> String {
        match self {
            Self::Direct => "Direct".to_owned(),
            Self::Group(_, name) => format!("Through {name}"),
            Self::Owner => "Owner".to_owned(),
        }
    }
}
