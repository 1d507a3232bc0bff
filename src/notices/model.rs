//! What a notice is, apart from where it is kept.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    actor::FolderRole,
    error::{Error, Result},
    ids::{FolderId, MemberId, NoticeId, WorkspaceId},
    schema::notices,
};

/// What a kind is called where notices of it are cleared.
pub const KEY_EXPIRES_SOON: &str = "key_expires_soon";
pub const KEY_UNUSED: &str = "key_unused";
pub const KEY_DEACTIVATED_UNUSED: &str = "key_deactivated_unused";
pub const KEY_COMPROMISED: &str = "key_compromised";
pub const SHARE_REQUESTED: &str = "share_requested";
pub const SHARE_APPROVED: &str = "share_approved";
pub const SHARE_DECLINED: &str = "share_declined";

/// How long whoever dismissed what goes on happening is left alone.
const QUIET: TimeDelta = TimeDelta::days(1);

/// What happened, with all that must be said of it. In the database the name is the kind, and the fields are the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts", rename_all = "snake_case")]
pub enum Kind {
    /// An API key ends within so many days.
    KeyExpiresSoon {
        expires_at: DateTime<Utc>,
        days: i32,
    },
    /// The old secret of a key, which a rotation ended, was tried.
    RetiredSecretTried {
        /// Which of its secrets.
        secret: i32,
        /// Whence it was tried last.
        ip: IpAddr,
    },
    /// Nobody uses a key, and so it will be deactivated.
    KeyUnused {
        /// When it was last used or changed.
        since: DateTime<Utc>,
        deactivates_at: DateTime<Utc>,
    },
    /// It was.
    KeyDeactivatedUnused { since: DateTime<Utc> },
    /// Somebody has revoked a key as compromised.
    KeyCompromised { by: String },
    /// A member asks for a role of an API key in a folder, whose name is the label of what this is about.
    ShareRequested {
        folder: FolderId,
        by: String,
        wanted: String,
        role: FolderRole,
        at: DateTime<Utc>,
    },
    /// Whoever asked hears of it.
    ShareApproved {
        folder: FolderId,
        by: String,
        key: String,
        role: FolderRole,
        at: DateTime<Utc>,
    },
    ShareDeclined {
        folder: FolderId,
        by: String,
        wanted: String,
        /// May be empty.
        reason: String,
        at: DateTime<Utc>,
    },
}

impl Kind {
    /// `key_expires_soon`, and its facts.
    fn parts(&self) -> Result<(String, Value)> {
        let mut both = serde_json::to_value(self).map_err(|e| Error::Internal(e.into()))?;
        let kind = both["kind"].as_str().unwrap_or_default().to_owned();
        Ok((kind, both["facts"].take()))
    }

    /// What makes it another thing than the notice of this kind about the same subject before.
    fn occasion(&self) -> String {
        match self {
            Self::KeyExpiresSoon { expires_at, days } => format!("{days} {expires_at:?}"),
            Self::RetiredSecretTried { secret, .. } => secret.to_string(),
            Self::KeyUnused { deactivates_at, .. } => format!("{deactivates_at:?}"),
            Self::KeyDeactivatedUnused { since } => format!("{since:?}"),
            Self::KeyCompromised { .. } => String::new(),
            Self::ShareRequested { at, .. }
            | Self::ShareApproved { at, .. }
            | Self::ShareDeclined { at, .. } => format!("{at:?}"),
        }
    }

    /// What goes on happening is told again a day after it was dismissed.
    fn comes_back(&self) -> bool {
        matches!(self, Self::RetiredSecretTried { .. })
    }
}

/// What a notice is about: enough to be read when the thing itself is gone.
#[derive(Debug, Clone)]
pub struct Subject {
    /// `key`.
    pub kind: &'static str,
    pub id: String,
    pub label: String,
}

/// Whom a notice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever is an owner or admin when they look.
    Admins,
    Member(MemberId),
}

#[derive(Debug, Clone)]
pub struct Notice {
    pub kind: Kind,
    pub subject: Subject,
    pub audience: Audience,
    /// How often it happened since it was last told: 1, unless somebody counts.
    pub times: i64,
}

#[derive(Insertable)]
#[diesel(table_name = notices)]
pub(super) struct NewRow {
    workspace_id: WorkspaceId,
    id: NoticeId,
    pub kind: String,
    pub occasion: String,
    pub subject_kind: &'static str,
    pub subject_id: String,
    subject_label: String,
    member_id: Option<MemberId>,
    facts: Value,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    times: i64,
}

impl NewRow {
    pub fn of(workspace: WorkspaceId, notice: &Notice, now: DateTime<Utc>) -> Result<Self> {
        let (kind, facts) = notice.kind.parts()?;
        Ok(Self {
            workspace_id: workspace,
            id: NoticeId::fresh(),
            kind,
            occasion: notice.kind.occasion(),
            subject_kind: notice.subject.kind,
            subject_id: notice.subject.id.clone(),
            subject_label: notice.subject.label.clone(),
            member_id: match notice.audience {
                Audience::Admins => None,
                Audience::Member(id) => Some(id),
            },
            facts,
            first_at: now,
            last_at: now,
            times: notice.times,
        })
    }
}

/// A dismissal from before this is over. None: it lasts.
pub(super) fn dismissed_until(kind: &Kind, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    kind.comes_back().then(|| now - QUIET)
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = notices, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    pub id: NoticeId,
    kind: String,
    facts: Value,
    subject_kind: String,
    pub subject_id: String,
    pub subject_label: String,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub times: i64,
}

impl Row {
    /// None: a newer version raised it.
    pub fn kind(&self) -> Option<Kind> {
        serde_json::from_value(json!({ "kind": self.kind, "facts": self.facts })).ok()
    }

    /// As the audit log knows it.
    pub fn subject_kind(&self) -> &'static str {
        match self.subject_kind.as_str() {
            "key" | "incident" => "key",
            _ => "notice",
        }
    }

    /// What the audit log keeps of it.
    pub fn told(&self) -> Value {
        json!({ "notice": self.kind.replace('_', " "), "times": self.times })
    }
}

#[cfg(test)]
mod tests;
