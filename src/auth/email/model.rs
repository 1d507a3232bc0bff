use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::Result,
    schema::email_changes,
    web::link::{LinkToken, Purpose},
};

/// A new address that waits for its confirmations.
#[derive(Queryable, Selectable)]
#[diesel(table_name = email_changes, check_for_backend(diesel::pg::Pg))]
pub struct EmailChange {
    pub new_email: String,
    pub expires_at: DateTime<Utc>,
    pub old_confirmed_at: Option<DateTime<Utc>>,
    pub new_confirmed_at: Option<DateTime<Utc>>,
}

/// Whose mailbox a link was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Old,
    New,
}

/// The links of the present address and of the new one.
pub struct Links {
    pub old: LinkToken,
    pub new: LinkToken,
}

impl Links {
    pub fn fresh() -> Result<Self> {
        Ok(Self {
            old: LinkToken::fresh()?,
            new: LinkToken::fresh()?,
        })
    }

    /// As they are kept.
    pub fn digests(&self) -> (Vec<u8>, Vec<u8>) {
        let of = |token: &LinkToken, purpose| token.digest(purpose).0.to_vec();
        (
            of(&self.old, Purpose::LeaveEmail),
            of(&self.new, Purpose::TakeEmail),
        )
    }
}
