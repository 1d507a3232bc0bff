//! The roles in folders that keys gave, as far as pages about those keys show them and take them away.
//!
//! The library implements this, and `app` passes it to those pages, which know no folders.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::{Actor, FolderRole},
    error::Result,
    ids::{AuditEventId, FolderId, KeyId},
};

pub trait GivenShares: Send + Sync {
    /// What these keys gave and that is in force, by folder: at most `most`, and how many there are. What they gave each
    /// other is not among it.
    ///
    /// # Errors
    /// `Forbidden`: `actor` is no owner or admin.
    fn given(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        keys: &[KeyId],
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<Given>;

    /// Takes that away, each with its own entry in the log, and one of all together that is about the key `of`.
    ///
    /// # Errors
    /// As [`GivenShares::given`]. `Unauthenticated`, `Conflict`: their own role has changed meanwhile.
    fn withdraw(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        of: (KeyId, &str),
        keys: &[KeyId],
        now: DateTime<Utc>,
    ) -> Result<Withdrawn>;

    /// Gives back what was taken away, as far as that can be, and says how many. It is known again as given by those keys.
    ///
    /// # Errors
    /// As [`GivenShares::withdraw`]. `NotFound`: the log has no such entry.
    fn give_back(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        of: (KeyId, AuditEventId),
        now: DateTime<Utc>,
    ) -> Result<usize>;
}

#[derive(Default)]
pub struct Given {
    pub shares: Vec<GivenShare>,
    /// How many there are.
    pub total: i64,
}

pub struct GivenShare {
    pub folder: FolderId,
    pub folder_name: String,
    pub is_in_trash: bool,
    /// Who or what has it: a name, a label, the address that was invited.
    pub to: String,
    pub kind: Taker,
    pub role: FolderRole,
    pub since: DateTime<Utc>,
    /// When it ends; none: it does not.
    pub ends_at: Option<DateTime<Utc>>,
    pub by: KeyId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    Person,
    Group,
    Key,
    /// Whoever accepts it.
    Invitation,
}

pub struct Withdrawn {
    pub number: usize,
    /// There is more than is taken away at once.
    pub has_more: bool,
    /// With which it can be taken back; none: there was nothing.
    pub entry: Option<AuditEventId>,
}
