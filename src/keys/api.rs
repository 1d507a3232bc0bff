//! Keys, as programs see them: under `/v1`.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{
    actions,
    model::{Key, Kind, Origins, State},
    store::{self, Own},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::Error,
    ids::{KeyId, MemberId, WorkspaceId},
    permissions::Permissions,
    policy::{BeKey, permit},
    web::{
        Fault, Now,
        api::{Answer, NoContent},
    },
    workspaces::{self, Workspace},
};

/// The key that asks, its workspace, and the permissions in force.
#[derive(Serialize, JsonSchema)]
pub struct WhoAmI {
    key: ApiKey,
    workspace: WorkspaceOfKey,
    /// What a call with this key may ask for: of a personal key only what its owner may do at this moment.
    permissions: Permissions,
    limits: LimitsOfKey,
}

/// The workspace to which the key belongs.
#[derive(Serialize, JsonSchema)]
pub(super) struct WorkspaceOfKey {
    id: WorkspaceId,
    /// The workspace in addresses of pages.
    #[schemars(example = &"brightwater")]
    slug: String,
    #[schemars(example = &"Brightwater")]
    name: String,
}

impl WorkspaceOfKey {
    pub(super) fn of(workspace: Workspace) -> Self {
        Self {
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
        }
    }
}

/// A key, without a secret.
#[derive(Serialize, JsonSchema)]
struct ApiKey {
    /// The part of the key that is no secret.
    id: KeyId,
    object: Object,
    /// The name that people gave it.
    #[schemars(example = &"production-server")]
    label: String,
    /// The key as lists show it.
    #[schemars(example = &"skey_7Kq2mXw0B1aZ…")]
    masked: String,
    /// The whole key; only of a publishable one, which is no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", example = &"pk_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMN42DD56")]
    key: Option<String>,
    status: State,
    /// What it was given.
    permissions: Permissions,
    /// Where it may be used from, or `*`; only of a publishable key.
    #[serde(skip_serializing_if = "Origins::is_empty")]
    #[schemars(example = &["https://shop.example.com"])]
    allowed_origins: Origins,
    owner: Owner,
    /// Who made it; null: it was made at the command line of the server.
    created_by: Option<Maker>,
    #[schemars(example = &"2026-08-24T09:30:00Z")]
    created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schemars(example = &"2026-08-24T09:30:00Z")]
    updated_at: DateTime<Utc>,
    /// When it was last used before this call, as far as that is written down: within a second or so. Null: never.
    #[schemars(example = &"2026-11-20T14:05:12Z")]
    last_used_at: Option<DateTime<Utc>>,
    /// From where it was last used.
    #[schemars(example = &"203.0.113.7")]
    last_used_ip: Option<String>,
    /// When it ends; null: it does not end by itself.
    #[schemars(example = &"2026-11-22T09:30:00Z")]
    expires_at: Option<DateTime<Utc>>,
    /// Can people show its secret again?
    recoverable: bool,
    /// Until when the value that was replaced works beside the new one; null: it has one value.
    #[schemars(example = &"2026-11-21T09:30:00Z")]
    rotating_until: Option<DateTime<Utc>>,
    /// From where it may be used, as ranges; none: from anywhere.
    #[schemars(example = json!(["203.0.113.0/24", "2001:db8::/32"]))]
    allowed_ips: Vec<String>,
    /// Calls a minute: its own figure, or else that of the workspace.
    #[schemars(example = 500)]
    rate_limit_per_minute: u32,
}

/// What is in force for the key, beside its permissions.
#[derive(Serialize, JsonSchema)]
struct LimitsOfKey {
    /// Calls a minute, on each server.
    #[schemars(example = 500)]
    rate_limit_per_minute: u32,
    /// From where it may be used, as ranges; none: from anywhere.
    #[schemars(example = json!(["203.0.113.0/24", "2001:db8::/32"]))]
    allowed_ips: Vec<String>,
}

/// The kind of thing that this is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Object {
    SecretKey,
    PublishableKey,
}

impl Object {
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Secret => Self::SecretKey,
            Kind::Publishable => Self::PublishableKey,
        }
    }
}

/// To whom the key belongs.
#[derive(Serialize, JsonSchema)]
pub struct Owner {
    r#type: OwnerKind,
    #[schemars(with = "WorkspaceId")]
    id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum OwnerKind {
    Workspace,
    /// Of a personal key, which never does more than its owner may.
    Member,
}

impl Owner {
    pub fn of(key: &Key, workspace: WorkspaceId) -> Self {
        match key.owner_member_id {
            None => Self {
                r#type: OwnerKind::Workspace,
                id: workspace.to_string(),
            },
            Some(member) => Self {
                r#type: OwnerKind::Member,
                id: member.to_string(),
            },
        }
    }
}

/// A person of the workspace.
#[derive(Serialize, JsonSchema)]
struct Maker {
    r#type: MakerKind,
    #[schemars(example = &"019a9fd4-71b0-7f6e-8a55-93c1d04e2b67")]
    id: MemberId,
    #[schemars(example = &"Ada Park")]
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum MakerKind {
    Member,
}

impl ApiKey {
    fn of(own: Own, workspace: &Workspace, now: DateTime<Utc>) -> Self {
        let Own { key, last_use, .. } = own;
        let limits = LimitsOfKey::of(&key, workspace);
        let maker = key.created_by_member_id.zip(own.created_by);
        Self {
            id: key.id,
            object: Object::of(key.kind),
            key: own.value,
            allowed_origins: key.allowed_origins.clone(),
            masked: key.mask(),
            recoverable: key.is_recoverable(),
            status: key.state(now),
            owner: Owner::of(&key, workspace.id),
            rotating_until: key.old_until(now),
            label: key.label,
            permissions: key.permissions,
            created_by: maker.map(|(id, name)| Maker {
                r#type: MakerKind::Member,
                id,
                name,
            }),
            created_at: key.created_at,
            updated_at: key.updated_at,
            last_used_at: last_use.as_ref().map(|last| last.at),
            last_used_ip: last_use.map(|last| last.ip),
            expires_at: key.expires_at,
            allowed_ips: limits.allowed_ips,
            rate_limit_per_minute: limits.rate_limit_per_minute,
        }
    }
}

impl LimitsOfKey {
    fn of(key: &Key, workspace: &Workspace) -> Self {
        let (own, default) = (
            key.limits.rate_limit_per_minute,
            workspace.default_rate_limit_per_minute,
        );
        Self {
            rate_limit_per_minute: own.unwrap_or(default).number(),
            allowed_ips: key.limits.allowed_ips.ranges().collect(),
        }
    }
}

pub async fn whoami(actor: Actor, db: Data<ApiDb>, Now(now): Now) -> Result<Answer<WhoAmI>, Fault> {
    let (found, workspace) =
        db.0.run(move |conn| {
            let permit = permit::<BeKey>(&actor)?;
            let workspace = workspaces::find(conn, &permit)?;
            Ok((store::find_self(conn, &permit)?, workspace))
        })
        .await?;
    // Ended after this call was let in: it must not say so with a 200.
    if let Some(refusal) = found.key.state(now).refusal() {
        return Err(Error::Refused(refusal).into());
    }
    Ok(Answer(WhoAmI {
        permissions: found.permissions.clone(),
        limits: LimitsOfKey::of(&found.key, &workspace),
        key: ApiKey::of(found, &workspace, now),
        workspace: WorkspaceOfKey::of(workspace),
    }))
}

/// From the next call on the key is `key_revoked`.
pub async fn revoke_self(actor: Actor, db: Data<ApiDb>, Now(now): Now) -> Result<NoContent, Fault> {
    db.0.run(move |conn| actions::revoke_self(conn, &actor, now))
        .await?;
    Ok(NoContent)
}
