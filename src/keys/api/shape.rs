//! A key as the API shows it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    actor::Actor,
    error::Result,
    ids::{KeyId, MemberId, WorkspaceId},
    keys::{
        actions::Rotated,
        model::{Key, Kind, Origins, State},
        store::{self, Maker, Shown},
    },
    permissions::Permissions,
    policy::{ManageKeys, permit},
    workspaces::{self, Workspace},
};

/// A key, without a secret.
#[derive(Serialize, JsonSchema)]
pub struct ApiKey {
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
    /// Where it may be used from, or `*`; only of a publishable key, and not where it asks about itself.
    #[serde(skip_serializing_if = "Origins::is_empty")]
    #[schemars(example = &["https://shop.example.com"])]
    allowed_origins: Origins,
    owner: Owner,
    /// Who made it; null: it was made at the command line of the server, or a publishable key asks about itself, which
    /// everybody can have who sees the page.
    created_by: Option<KeyMaker>,
    #[schemars(example = &"2026-08-24T09:30:00Z")]
    created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schemars(example = &"2026-08-24T09:30:00Z")]
    updated_at: DateTime<Utc>,
    /// When it was last used before this call, as far as that is written down: within a second or so. Null: never, or a
    /// publishable key asks about itself.
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
pub struct LimitsOfKey {
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

/// To whom it belongs.
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
    /// None: the workspace's own.
    pub fn of(owner: Option<MemberId>, workspace: WorkspaceId) -> Self {
        match owner {
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

/// Who made it: a person of the workspace, or one of its keys.
#[derive(Serialize, JsonSchema)]
pub struct KeyMaker {
    r#type: MakerKind,
    #[schemars(example = &"019a9fd4-71b0-7f6e-8a55-93c1d04e2b67")]
    id: String,
    /// Of a person the name, of a key the label.
    #[schemars(example = &"Ada Park")]
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum MakerKind {
    Member,
    ApiKey,
}

impl From<Maker> for KeyMaker {
    fn from(maker: Maker) -> Self {
        match maker {
            Maker::Member(id, name) => Self {
                r#type: MakerKind::Member,
                id: id.to_string(),
                name,
            },
            Maker::Key(id, name) => Self {
                r#type: MakerKind::ApiKey,
                id: id.to_string(),
                name,
            },
        }
    }
}

impl ApiKey {
    pub fn of(shown: Shown, workspace: &Workspace, now: DateTime<Utc>) -> Self {
        let Shown { key, last_use, .. } = shown;
        let limits = LimitsOfKey::of(&key, workspace);
        Self {
            id: key.id,
            object: Object::of(key.kind),
            key: shown.value,
            allowed_origins: key.allowed_origins.clone(),
            masked: key.mask(),
            recoverable: key.is_recoverable(),
            status: key.state(now),
            owner: Owner::of(key.owner_member_id, workspace.id),
            rotating_until: key.old_until(now),
            label: key.label,
            permissions: key.permissions,
            created_by: shown.created_by.map(KeyMaker::from),
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
    pub fn of(key: &Key, workspace: &Workspace) -> Self {
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

/// The key with its whole value: in this answer, and never again.
#[derive(Serialize, JsonSchema)]
pub struct ApiKeyWithSecret {
    #[serde(flatten)]
    key: ApiKey,
    /// What calls send as `Authorization: Bearer`. Keep it where only the program that needs it can read it.
    #[schemars(example = &"skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW")]
    secret: String,
}

/// A key that `actor` has just changed, as it is now: whoever may change it may see what came of it.
pub fn changed(
    conn: &mut PgConnection,
    actor: &Actor,
    key: Key,
    now: DateTime<Utc>,
) -> Result<ApiKey> {
    let permit = permit::<ManageKeys>(actor)?;
    let workspace = workspaces::find(conn, &permit)?;
    let shown = store::show_one(conn, &permit, key)?;
    Ok(ApiKey::of(shown, &workspace, now))
}

/// The same of one that has a new secret.
pub fn renewed(
    conn: &mut PgConnection,
    actor: &Actor,
    Rotated { key, secret }: Rotated,
    now: DateTime<Utc>,
) -> Result<ApiKeyWithSecret> {
    Ok(ApiKeyWithSecret {
        key: changed(conn, actor, key, now)?,
        secret: secret.reveal().to_owned(),
    })
}
