//! The folders that members own, as far as pages about members show and change them.
//!
//! A folder always has somebody who answers for it. So when its owner leaves, somebody else becomes that. The library
//! implements this, and `app` passes it to those pages, which know no folders.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::Actor,
    error::Result,
    ids::{FolderId, MemberId},
};

pub trait OwnedFolders: Send + Sync {
    /// Those of a member that are in no other of theirs: at most so many, by name, and how many there are.
    fn owned(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<(Vec<OwnedFolder>, i64)>;

    /// Does with all folders of a member what was decided, and takes away what was shared with them; each with its own entry
    /// in the log. Where whoever gets a folder has one of that name, it gets another.
    ///
    /// # Errors
    /// `NotFound`: a decision is about a folder that is not theirs. `Invalid` under `folders`: somebody is to own one who is
    /// no active member.
    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        fates: &FolderFates,
        now: DateTime<Utc>,
    ) -> Result<DecidedFolders>;
}

/// A folder as pages about its owner show it.
pub struct OwnedFolder {
    pub id: FolderId,
    pub name: String,
    /// Folders in it.
    pub within: i64,
    pub people: i64,
    pub groups: i64,
    pub keys: i64,
    /// Active members who were made Editors of it.
    pub editors: Vec<(MemberId, String)>,
}

/// What becomes of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderFate {
    HandOver(MemberId),
    /// With all that is in it. Whoever gets the others can restore it.
    Trash,
}

/// What was decided for single folders, and who gets the others.
#[derive(Debug, Clone)]
pub struct FolderFates {
    pub each: BTreeMap<FolderId, FolderFate>,
    pub others: MemberId,
}

/// What became of them.
#[derive(Debug, Clone, Default)]
pub struct DecidedFolders {
    /// The name and "handed over to Ada Park", of the first.
    pub named: Vec<(String, String)>,
    /// How many more there were.
    pub others: i64,
    /// Folders that were shared with them, the first by name, and how many more.
    pub shared: Vec<String>,
    pub others_shared: i64,
}
