//! What a member asks of those who may share with keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::check_words;
use crate::{
    actor::FolderRole,
    error::FieldError,
    ids::{KeyId, MemberId, ShareRequestId},
    schema::share_requests,
    web::text,
};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = share_requests, check_for_backend(diesel::pg::Pg))]
pub struct Request {
    pub id: ShareRequestId,
    pub asked_by_member_id: MemberId,
    /// The label of a key, or what it is for.
    pub wanted: String,
    pub role: FolderRole,
    /// May be empty.
    pub note: String,
    pub asked_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    /// The key that was given the role. None: it was declined, or nobody has decided.
    pub key_id: Option<KeyId>,
    /// Of declining it. May be empty.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Withdrawn,
    Approved,
    Declined,
}

impl Request {
    pub fn state(&self) -> State {
        match (self.withdrawn_at, self.decided_at, self.key_id) {
            (Some(_), ..) => State::Withdrawn,
            (None, Some(_), Some(_)) => State::Approved,
            (None, Some(_), None) => State::Declined,
            (None, None, _) => State::Open,
        }
    }

    /// What the audit log keeps of it, also when it is open again.
    pub fn facts(&self) -> Value {
        let mut facts = json!({ "wanted": self.wanted, "role": self.role, "note": self.note });
        if !self.reason.is_empty() {
            facts["reason"] = json!(self.reason);
        }
        facts
    }
}

/// Something to ask, checked.
#[derive(Debug, Clone)]
pub struct NewRequest {
    pub wanted: String,
    pub role: FolderRole,
    pub note: String,
}

impl NewRequest {
    /// # Errors
    /// Every mistake, under `wanted` and `note`.
    pub fn parse(wanted: &str, role: FolderRole, note: &str) -> Result<Self, Vec<FieldError>> {
        let wanted = text::line(wanted, "the label of a key, or what it is for", 120);
        let note = check_words(note, "the reason");
        match (wanted, note) {
            (Ok(wanted), Ok(note)) => Ok(Self { wanted, role, note }),
            (wanted, note) => {
                let wanted = wanted.err().map(|why| FieldError::new("wanted", why));
                let note = note.err().map(|why| FieldError::new("note", why));
                Err(wanted.into_iter().chain(note).collect())
            }
        }
    }
}
