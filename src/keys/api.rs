//! Keys, as programs see them: under `/v1`.

use actix_web::{HttpResponse, web::Data};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::{
    actions,
    model::Key,
    store::{self, LastUse},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::Error,
    ids::{KeyId, MemberId, WorkspaceId},
    permissions::Permissions,
    policy::{BeKey, permit},
    web::{Fault, Now},
    workspaces,
};

/// The key that asks, its workspace, and the permissions in force.
#[derive(Serialize)]
struct WhoAmI {
    key: SecretKey,
    workspace: WorkspaceOfKey,
    permissions: Permissions,
}

#[derive(Serialize)]
struct WorkspaceOfKey {
    id: WorkspaceId,
    slug: String,
    name: String,
}

#[derive(Serialize)]
struct SecretKey {
    id: KeyId,
    object: &'static str,
    label: String,
    masked: String,
    status: &'static str,
    permissions: Permissions,
    owner: Owner,
    /// Null: made at the server's command line.
    created_by: Option<Maker>,
    created_at: String,
    updated_at: String,
    last_used_at: Option<String>,
    last_used_ip: Option<String>,
    expires_at: Option<String>,
}

#[derive(Serialize)]
struct Owner {
    r#type: &'static str,
    id: WorkspaceId,
}

#[derive(Serialize)]
struct Maker {
    r#type: &'static str,
    id: MemberId,
    name: String,
}

impl SecretKey {
    fn of(
        (key, maker, last_use): (Key, Option<String>, Option<LastUse>),
        workspace: WorkspaceId,
        now: DateTime<Utc>,
    ) -> Self {
        let maker = key.created_by_member_id.zip(maker);
        Self {
            id: key.id,
            object: "secret_key",
            masked: key.mask(),
            status: key.state(now).name(),
            label: key.label,
            permissions: key.permissions,
            owner: Owner {
                r#type: "workspace",
                id: workspace,
            },
            created_by: maker.map(|(id, name)| Maker {
                r#type: "member",
                id,
                name,
            }),
            created_at: rfc3339(key.created_at),
            updated_at: rfc3339(key.updated_at),
            last_used_at: last_use.as_ref().map(|last| rfc3339(last.at)),
            last_used_ip: last_use.map(|last| last.ip),
            expires_at: key.expires_at.map(rfc3339),
        }
    }
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

pub async fn whoami(actor: Actor, db: Data<ApiDb>, Now(now): Now) -> Result<HttpResponse, Fault> {
    let (found, workspace) =
        db.0.run(move |conn| {
            let permit = permit::<BeKey>(&actor)?;
            let workspace = workspaces::find(conn, &permit)?;
            Ok((store::find_self(conn, &permit)?, workspace))
        })
        .await?;
    // Ended after this call was let in: it must not say so with a 200.
    if let Some(refusal) = found.0.state(now).refusal() {
        return Err(Error::Refused(refusal).into());
    }
    Ok(HttpResponse::Ok().json(WhoAmI {
        permissions: found.0.permissions.clone(),
        key: SecretKey::of(found, workspace.id, now),
        workspace: WorkspaceOfKey {
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
        },
    }))
}

/// From the next call on the key is `key_revoked`.
pub async fn revoke_self(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
) -> Result<HttpResponse, Fault> {
    db.0.run(move |conn| actions::revoke_self(conn, &actor, now))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
