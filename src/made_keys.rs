//! The keys that members made, as far as pages about members show and change them.
//!
//! A key of the workspace works on when whoever made it leaves, unless somebody decides otherwise; a personal key stops
//! with its owner. The keys themselves implement this, and `app` passes it to those pages, which know no keys.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::Actor,
    error::Result,
    ids::{KeyId, MemberId},
    web::{
        time::Zone,
        ui::{KeyTag, Status},
    },
};

pub trait MadeKeys: Send + Sync {
    /// How many keys that are not revoked each of these members made; who is missing made none.
    fn count(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        members: &[MemberId],
    ) -> Result<HashMap<MemberId, i64>>;

    /// Those of a member that answer, or could be activated: at most so many, whichever was used last comes first, and
    /// how many there are.
    fn living(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        most: i64,
        at: (Zone, DateTime<Utc>),
    ) -> Result<(Vec<MadeKey>, i64)>;

    /// How many that `actor` made answer, or could be activated.
    fn count_own(&self, conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>)
    -> Result<Left>;

    /// How many personal keys of a member are suspended with them, or would be.
    fn count_personal(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        now: DateTime<Utc>,
    ) -> Result<i64>;

    /// Does what was decided, key by key, each with its own entry in the log.
    ///
    /// # Errors
    /// `NotFound`: a decision is about a key that this member did not make; then nothing is changed. `Invalid` under
    /// `others`: too many keys change at once.
    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        decisions: &Decisions,
        now: DateTime<Utc>,
    ) -> Result<Decided>;
}

/// The keys that somebody leaves behind.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    /// Of the workspace: they work on.
    pub made: i64,
    /// Their own: they stop.
    pub personal: i64,
}

/// A key as pages about its maker show it.
pub struct MadeKey {
    pub id: KeyId,
    pub label: String,
    pub tag: KeyTag,
    pub status: Status,
    /// Their own, which stops with them.
    pub is_personal: bool,
    /// It answers: there is something to deactivate.
    pub is_active: bool,
    /// Served calls of the last 28 days.
    pub calls: i64,
    /// When and from where.
    pub last_use: Option<(DateTime<Utc>, String)>,
}

/// What becomes of a key when its maker leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    Keep,
    Deactivate,
    Revoke,
}

impl Decision {
    /// As a form sends it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Deactivate => "deactivate",
            Self::Revoke => "revoke",
        }
    }

    /// As a report tells it. A personal key is kept as what it is then.
    pub fn done(self, is_personal: bool) -> &'static str {
        match self {
            Self::Keep if is_personal => "left suspended",
            Self::Keep => "kept",
            Self::Deactivate => "deactivated",
            Self::Revoke => "revoked",
        }
    }
}

/// What was decided for each key, and for those that nobody named.
#[derive(Debug, Clone)]
pub struct Decisions {
    pub each: BTreeMap<KeyId, Decision>,
    pub others: Decision,
}

/// What became of them.
pub struct Decided {
    pub keys: Vec<DecidedKey>,
    /// How many others there are, which nobody named and which are kept.
    pub others_kept: i64,
}

pub struct DecidedKey {
    pub id: KeyId,
    pub is_publishable: bool,
    pub label: String,
    pub is_personal: bool,
    pub decision: Decision,
    /// Why it stays as it is: "revoked already".
    pub skipped: Option<&'static str>,
}
