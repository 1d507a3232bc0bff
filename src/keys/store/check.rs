//! The look-up behind every call of the API.

mod older;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    prelude::*,
    sql_types::{Array, Bool, Nullable, Text},
};
pub use older::find_older;
use subtle::ConstantTimeEq;

use super::reach::reached;
use crate::{
    actor::Role,
    error::{Error, Refusal, Result},
    ids::{KeyId, MemberId, WorkspaceId},
    key_files::Pepper,
    keys::{
        model::{Key, Kind, State},
        secret::PresentedKey,
    },
    permissions::Permissions,
    policy::{self, Action, Permit, Unscoped},
    schema::{key_secrets, keys, members, workspaces},
    workspaces::RateLimit,
};

/// What is needed to judge a key that somebody presents.
pub struct Candidate {
    pub workspace: WorkspaceId,
    pub key: Key,
    /// Of a personal key: whose it is, and what they are and have at this moment.
    pub owner: Option<Owner>,
    /// Its workspace is in the trash.
    is_suspended: bool,
    /// Of keys without a figure of their own.
    default_rate: RateLimit,
    secrets: Vec<StoredSecret>,
}

/// The owner of a personal key.
pub struct Owner {
    pub id: MemberId,
    pub role: Role,
    /// They are suspended or removed.
    is_out: bool,
    held: Permissions,
}

/// One secret of a key. No `Debug`.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = key_secrets, check_for_backend(diesel::pg::Pg))]
struct StoredSecret {
    version: i32,
    /// None once it is forgotten.
    digest: Option<Vec<u8>>,
    pepper_version: i32,
    made_at: DateTime<Utc>,
    retires_at: Option<DateTime<Utc>>,
    /// None: whatever the key may.
    ceiling: Option<Permissions>,
    #[diesel(select_expression = awaits_use(), select_expression_type = SqlLiteral<Bool>)]
    awaits_use: bool,
}

/// It was made by a request that can be sent again as long as nobody has presented it.
fn awaits_use() -> SqlLiteral<Bool> {
    sql("EXISTS (SELECT FROM key_replays AS made WHERE made.workspace_id = key_secrets.workspace_id
         AND made.key_id = key_secrets.key_id AND made.secret_version = key_secrets.version AND made.used_at IS NULL)")
}

const FOUND: Unscoped = Unscoped::because("a permit reaches the key");

/// Secrets of a key that are looked at for each call, the newest first: whoever rotates a key without end does not slow
/// down its calls.
const MOST: i64 = 100;

/// The permissions that the groups of a key's owner add.
const ADDED: &str = "ARRAY(SELECT unnest(groups.permissions) FROM groups JOIN group_members
    ON group_members.workspace_id = groups.workspace_id AND group_members.group_id = groups.id
    WHERE group_members.workspace_id = keys.workspace_id AND group_members.member_id = keys.owner_member_id)";

type Row = (
    (WorkspaceId, bool, RateLimit, Permissions, Permissions),
    Option<(MemberId, Role, bool)>,
    Key,
    StoredSecret,
);

/// One statement: the key with its secrets and what its owner has, read from the database on every call, so that a change
/// holds for the very next.
pub fn find_candidate(
    conn: &mut PgConnection,
    _: Unscoped,
    kind: Kind,
    id: KeyId,
) -> Result<Option<Candidate>> {
    let owners = members::table.on(members::workspace_id
        .eq(keys::workspace_id)
        .and(members::id.nullable().eq(keys::owner_member_id)));
    let is_out = members::suspended_at
        .is_not_null()
        .or(members::removed_at.is_not_null());
    let rows: Vec<Row> = keys::table
        .inner_join(workspaces::table)
        .left_join(owners)
        .inner_join(
            key_secrets::table.on(key_secrets::workspace_id
                .eq(keys::workspace_id)
                .and(key_secrets::key_id.eq(keys::id))),
        )
        .filter(keys::id.eq(id))
        .filter(keys::kind.eq(kind))
        .filter(key_secrets::digest.is_not_null())
        // The one that stays first, then the one in its grace: those that have retired never push them out.
        .order((
            key_secrets::retires_at.is_null().desc(),
            key_secrets::retires_at.desc(),
            key_secrets::version.desc(),
        ))
        .limit(MOST)
        .select((
            (
                keys::workspace_id,
                workspaces::deleted_at.is_not_null(),
                workspaces::default_rate_limit_per_minute,
                workspaces::default_member_permissions,
                sql::<Array<Nullable<Text>>>(ADDED),
            ),
            (members::id, members::role, is_out).nullable(),
            Key::as_select(),
            StoredSecret::as_select(),
        ))
        .load(conn)?;
    let mut rows = rows.into_iter();
    let Some((of, owner, key, first)) = rows.next() else {
        return Ok(None);
    };
    let (workspace, is_suspended, default_rate, defaults, added) = of;
    Ok(Some(Candidate {
        workspace,
        key,
        owner: owner.map(|(id, role, is_out)| Owner {
            id,
            role,
            is_out,
            held: policy::held_by(role, &defaults.with(&added)),
        }),
        is_suspended,
        default_rate,
        secrets: std::iter::once(first)
            .chain(rows.map(|(.., secret)| secret))
            .collect(),
    }))
}

/// The same, of the keys that a permit reaches: another workspace's is as if there were none, also in how long that
/// takes.
pub fn find_candidate_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    kind: Kind,
    id: KeyId,
) -> Result<Option<Candidate>> {
    let is_there: Option<KeyId> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(keys::id)
        .first(conn)
        .optional()?;
    match is_there {
        Some(id) => find_candidate(conn, FOUND, kind, id),
        None => Ok(None),
    }
}

/// When a secret of a key began to work, and when it ends.
pub struct Span {
    pub made_at: DateTime<Utc>,
    /// With the key, or before it where another secret has replaced it. None: it does not end by itself.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Candidate {
    /// Why calls with this secret of it are refused, whatever they ask for. None: they are not.
    ///
    /// `ip`: from where; whose address is unknown is admitted only where every address is.
    pub fn refusal(&self, version: i32, ip: Option<IpAddr>, now: DateTime<Utc>) -> Option<Refusal> {
        let allowed = &self.key.limits.allowed_ips;
        let is_admitted = ip.map_or(allowed.is_any(), |ip| allowed.admits(ip));
        self.refusal_of_state(version, now)
            .or_else(|| (!is_admitted).then_some(Refusal::IpNotAllowed(ip)))
    }

    /// The same of whence it is used: `origin` is the site that a browser names. A secret key is not for browsers.
    pub fn refusal_of_origin(
        &self,
        origin: Option<&[u8]>,
        is_from_browser: bool,
    ) -> Option<Refusal> {
        match self.key.kind {
            Kind::Secret => is_from_browser.then_some(Refusal::BrowserOrigin),
            Kind::Publishable => {
                let is_allowed = self.key.allowed_origins.allow(origin);
                (!is_allowed).then_some(Refusal::OriginNotAllowed)
            }
        }
    }

    /// Another secret has replaced this one, and its time is over.
    pub fn is_rotated_out(&self, version: i32, now: DateTime<Utc>) -> bool {
        let retires_at = self.secret(version).and_then(|secret| secret.retires_at);
        retires_at.is_some_and(|end| end <= now)
    }

    /// None: it has no secret of this version.
    pub fn span(&self, version: i32) -> Option<Span> {
        let secret = self.secret(version)?;
        Some(Span {
            made_at: secret.made_at,
            ends_at: [self.key.expires_at, secret.retires_at]
                .into_iter()
                .flatten()
                .min(),
        })
    }

    /// Nobody has presented this secret yet, and the request that made it can be sent again: see `note_use`.
    pub fn awaits_use(&self, version: i32) -> bool {
        self.secret(version).is_some_and(|secret| secret.awaits_use)
    }

    fn secret(&self, version: i32) -> Option<&StoredSecret> {
        self.secrets.iter().find(|secret| secret.version == version)
    }

    fn refusal_of_state(&self, version: i32, now: DateTime<Utc>) -> Option<Refusal> {
        if self.secret(version).is_none() {
            return Some(Refusal::KeyInvalid);
        }
        if self.is_rotated_out(version, now) {
            return Some(Refusal::KeyRotatedOut);
        }
        match self.key.state(now) {
            State::Revoked => Some(Refusal::KeyRevoked),
            _ if self.is_suspended => Some(Refusal::KeySuspended),
            _ if self.owner.as_ref().is_some_and(|owner| owner.is_out) => {
                Some(Refusal::KeySuspended)
            }
            state => state.refusal(),
        }
    }

    /// In force for this secret: a personal key does nothing that its owner may not do at this moment, and what a former
    /// owner knows nothing that they might not do.
    pub fn permissions(&self, version: i32) -> Permissions {
        let held = self.owner.as_ref().map(|owner| &owner.held);
        let ceiling = self
            .secret(version)
            .and_then(|secret| secret.ceiling.as_ref());
        let bounds = held.into_iter().chain(ceiling);
        bounds.fold(self.key.permissions.clone(), |all, bound| all.within(bound))
    }

    /// Calls a minute.
    pub fn rate_limit(&self) -> u32 {
        let own = self.key.limits.rate_limit_per_minute;
        own.unwrap_or(self.default_rate).number()
    }

    /// The version of the secret that was presented. None: it is none of this key's.
    ///
    /// # Errors
    /// `Internal`: a secret was hashed with a version of the pepper that this server does not have.
    pub fn version_of(&self, presented: &PresentedKey, pepper: &Pepper) -> Result<Option<i32>> {
        for secret in &self.secrets {
            let Some(digest) = &secret.digest else {
                continue;
            };
            let own = presented
                .digest(pepper, secret.pepper_version, self.workspace)
                .ok_or_else(|| {
                    let version = secret.pepper_version;
                    Error::Internal(anyhow::anyhow!("the pepper has no version {version}"))
                })?;
            if bool::from(own.ct_eq(digest)) {
                return Ok(Some(secret.version));
            }
        }
        Ok(None)
    }
}
