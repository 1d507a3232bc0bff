//! The look-up behind every call of the API.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::{Refusal, Result},
    ids::{KeyId, WorkspaceId},
    key_files::Pepper,
    keys::{
        model::{Key, State},
        secret::{Kind, ParsedKey},
    },
    policy::Unscoped,
    schema::{key_secrets, keys},
};

/// What is needed to judge a key that somebody presents.
pub struct Candidate {
    pub workspace: WorkspaceId,
    pub key: Key,
    secrets: Vec<StoredSecret>,
}

/// One secret of a key. No `Debug`.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = key_secrets, check_for_backend(diesel::pg::Pg))]
struct StoredSecret {
    version: i32,
    digest: Vec<u8>,
    pepper_version: i32,
    retires_at: Option<DateTime<Utc>>,
}

/// One statement: the key with all its secrets, read from the database on every call, so that a change holds for the very next.
pub fn find_candidate(
    conn: &mut PgConnection,
    _: Unscoped,
    id: KeyId,
) -> Result<Option<Candidate>> {
    let rows: Vec<(WorkspaceId, Key, StoredSecret)> = keys::table
        .inner_join(
            key_secrets::table.on(key_secrets::workspace_id
                .eq(keys::workspace_id)
                .and(key_secrets::key_id.eq(keys::id))),
        )
        .filter(keys::id.eq(id))
        .filter(keys::kind.eq(Kind::Secret.name()))
        .select((
            keys::workspace_id,
            Key::as_select(),
            StoredSecret::as_select(),
        ))
        .load(conn)?;
    let mut rows = rows.into_iter();
    Ok(rows.next().map(|(workspace, key, first)| Candidate {
        workspace,
        key,
        secrets: std::iter::once(first)
            .chain(rows.map(|(_, _, secret)| secret))
            .collect(),
    }))
}

impl Candidate {
    /// The version of the secret that was presented. None: it is none of this key's.
    pub fn version_of(&self, presented: &ParsedKey, pepper: &Pepper) -> Option<i32> {
        self.secrets
            .iter()
            .find(|s| presented.matches(pepper, s.pepper_version, self.workspace, &s.digest))
            .map(|s| s.version)
    }

    /// Why a holder of secret `version` is refused, if they are.
    pub fn refusal(&self, version: i32, now: DateTime<Utc>) -> Option<Refusal> {
        let retired = self
            .secrets
            .iter()
            .any(|s| s.version == version && s.retires_at.is_some_and(|end| end <= now));
        match self.key.state(now) {
            State::Revoked => Some(Refusal::KeyRevoked),
            State::Expired => Some(Refusal::KeyExpired),
            State::Deactivated => Some(Refusal::KeyDeactivated),
            State::Active if retired => Some(Refusal::KeyRotatedOut),
            State::Active => None,
        }
    }
}
