//! Who the people of the log are, and whether they still are. Told by those who know them, since this feature knows
//! nobody; `app` brings the two together.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::Actor,
    error::Result,
    ids::MemberId,
    policy::{Permit, ReadAudit},
};

/// A member of the workspace, of now or of before.
#[derive(Debug, Clone)]
pub struct KnownMember {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub is_removed: bool,
}

/// Which of them are wanted.
pub struct MembersWanted<'a> {
    /// Part of a name, whatever its case; empty for all.
    pub like: &'a str,
    /// Is among them in any case.
    pub chosen: Option<MemberId>,
    /// Not more than these, the first by name.
    pub most: i64,
}

pub type Look =
    fn(&mut PgConnection, &Permit<ReadAudit>, &MembersWanted<'_>) -> Result<Vec<KnownMember>>;

pub struct Directory(pub Look);

/// Somebody who was let in, as they stand now; an error where they would not be let in again.
pub type Again = fn(&mut PgConnection, &Actor, DateTime<Utc>) -> Result<Actor>;

#[derive(Clone, Copy)]
pub struct Standing(pub Again);
