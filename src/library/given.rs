//! What keys gave, for the pages about those keys.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    actions::{names_of, undo_withdrawal, withdraw},
    model::Subject,
    store,
};
use crate::{
    actor::Actor,
    error::Result,
    given_shares::{Given, GivenShare, GivenShares, Taker, Withdrawn},
    ids::{AuditEventId, KeyId},
    policy::{ManageLibrary, permit},
};

/// To be passed to whoever shows keys that are not to be trusted any more.
pub fn given_shares() -> Arc<dyn GivenShares> {
    Arc::new(Shares)
}

struct Shares;

impl GivenShares for Shares {
    fn given(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        keys: &[KeyId],
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<Given> {
        let permit = permit::<ManageLibrary>(actor)?;
        let (given, total) = store::given_by(conn, &permit, keys, most, now)?;
        let names = names_of(conn, &permit, &given)?;
        let shares = given.into_iter().map(|given| GivenShare {
            folder: given.folder.id,
            folder_name: given.folder.name,
            is_in_trash: given.folder.trashed_at.is_some(),
            to: names.get(&given.share.subject).cloned().unwrap_or_default(),
            kind: taker(given.share.subject),
            role: given.share.role,
            since: given.share.created_at,
            ends_at: given.share.expires_at,
            by: given.by,
        });
        Ok(Given {
            shares: shares.collect(),
            total,
        })
    }

    fn withdraw(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        of: (KeyId, &str),
        keys: &[KeyId],
        now: DateTime<Utc>,
    ) -> Result<Withdrawn> {
        withdraw(conn, actor, of, keys, now)
    }

    fn give_back(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        of: (KeyId, AuditEventId),
        now: DateTime<Utc>,
    ) -> Result<usize> {
        undo_withdrawal(conn, actor, of, now)
    }
}

fn taker(subject: Subject) -> Taker {
    match subject {
        Subject::Member(_) => Taker::Person,
        Subject::Group(_) => Taker::Group,
        Subject::Key(_) => Taker::Key,
        Subject::Invitation(_) => Taker::Invitation,
    }
}
