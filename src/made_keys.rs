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

    /// How long the old value of a key that is taken over may work on.
    fn graces(&self) -> Vec<OfferedGrace>;

    /// Does what was decided, key by key, each with its own entry in the log. What was taken over has a new value, which
    /// must not be shown before the caller's transaction is committed.
    ///
    /// # Errors
    /// `NotFound`: a decision is about a key that this member did not make; then nothing is changed. `Invalid` under
    /// `others`: too many keys change at once; under `grace`: it is not offered.
    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        decisions: &Decisions,
        now: DateTime<Utc>,
    ) -> Result<(Decided, Vec<TakenKey>)>;
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
    /// It has two values. To take it over stops the older.
    pub is_rotating: bool,
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
    /// Of a personal key: it becomes the workspace's.
    TakeOver,
}

impl Decision {
    /// As a form sends it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Deactivate => "deactivate",
            Self::Revoke => "revoke",
            Self::TakeOver => "takeover",
        }
    }

    /// None: no form sends it.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Keep, Self::Deactivate, Self::Revoke, Self::TakeOver]
            .into_iter()
            .find(|decision| decision.name() == name)
    }

    /// As a report tells it. A personal key is kept as what it is then.
    pub fn done(self, is_personal: bool) -> &'static str {
        match self {
            Self::Keep if is_personal => "left suspended",
            Self::Keep => "kept",
            Self::Deactivate => "deactivated",
            Self::Revoke => "revoked",
            Self::TakeOver => "taken over",
        }
    }
}

/// What was decided for each key, and for those that nobody named.
#[derive(Debug, Clone)]
pub struct Decisions {
    pub each: BTreeMap<KeyId, Decision>,
    pub others: Decision,
    /// How many seconds the old values of keys that are taken over work on, as a form sent it; empty: as is usual.
    pub grace: String,
}

/// How long an old value may work on.
pub struct OfferedGrace {
    pub seconds: i64,
    /// "24 hours".
    pub text: &'static str,
    /// Unless chosen otherwise.
    pub is_usual: bool,
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
    /// What it was called before it was taken over, where a key of the workspace is called so.
    pub was: Option<String>,
}

/// A key that was taken over.
pub struct TakenKey {
    pub id: KeyId,
    pub label: String,
    pub value: NewValue,
    /// When its old value stops, or stopped.
    pub old_until: DateTime<Utc>,
    /// Its value can be shown again.
    pub is_recoverable: bool,
    /// It does not answer until somebody activates it.
    pub is_deactivated: bool,
}

/// The new value of a key that was taken over. No `Debug`, no `Serialize`: it is shown once, never logged.
pub struct NewValue(String);

impl NewValue {
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The one way out.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
