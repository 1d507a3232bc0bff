//! A reverse proxy asks whether a call that it holds back may go on: forward authentication, which lets the keys of a
//! workspace protect any service.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::Method, web::Data};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actor::{Actor, Who},
    db::ApiDb,
    error::{Error, Refusal, Result, field},
    ids::{FolderId, KeyId, WorkspaceId},
    permissions::{Permission, Permissions},
    policy::{self, BeKey, permit},
    reached_folders::ReachedFolders,
    web::{
        Access, Fault, Now, Query, Routes,
        api::{Answers, Draft, Operation},
        problem,
    },
    workspaces,
};

pub fn routes(r: &mut Routes) {
    r.api(
        Method::GET,
        "/v1/authorize",
        Access::Proxied,
        authorize,
        Operation {
            id: "authorize",
            tag: "Other services",
            summary: "Ask whether a call may go on",
            description: "For reverse proxies that ask before they let a call through: `auth_request` of nginx, \
                ForwardAuth of Traefik, `forward_auth` of Caddy. Send what came with the call, its `Authorization` and \
                `Origin` above all, and the client's address in `X-Forwarded-For`. Each question is a use of the key.\n\n\
                Proxies know two refusals only, so whatever stands against the call is 401 or 403, also what has another \
                status elsewhere. The code is in `X-Keyroom-Error`.",
            refusals: &[
                problem::PERMISSION,
                problem::NOT_FOUND,
                problem::ROLE,
                problem::FORBIDDEN,
            ],
        },
    );
}

/// What the call that is held back needs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorizeQuery {
    /// The permission that the key must have.
    #[schemars(with = "Permission")]
    permission: String,
    /// The workspace whose keys are accepted, by its id or by its name in addresses, also a former one that still leads to
    /// it; those of any workspace of this server unless given.
    #[schemars(with = "Option<String>", example = &"brightwater")]
    workspace: Option<String>,
    /// The folder that the call is about: the key must have the role there that the permission needs, User to read and
    /// Editor for everything else.
    #[schemars(with = "Option<FolderId>")]
    folder: Option<String>,
}

impl AuthorizeQuery {
    fn wanted(&self) -> Result<Permission> {
        let why = "Give the code of one permission, such as OBJECTS_LIST";
        let found = self.permission.parse();
        found.map_err(|_| field("permission", why))
    }

    fn folder(&self) -> Result<Option<FolderId>> {
        let why = "Give the id of a folder, or leave it out";
        let folder = self.folder.as_deref().map(str::parse);
        folder.transpose().map_err(|_| field("folder", why))
    }
}

/// The permission that a proxy asks about. None: the question makes no sense, and its answer will say so.
pub fn asked_for(query: &str) -> Option<Permission> {
    let Query(query) = Query::<AuthorizeQuery>::of(query).ok()?;
    query.wanted().ok()
}

/// Whoever has an account can make a workspace of their own, and any key in it.
const ELSEWHERE: &str = "This key is not of the workspace whose keys are accepted here.";

pub async fn authorize(
    actor: Actor,
    db: Data<ApiDb>,
    folders: Data<dyn ReachedFolders>,
    Now(now): Now,
    Query(query): Query<AuthorizeQuery>,
) -> Result<Authorized, Fault> {
    let (permission, folder) = (query.wanted()?, query.folder()?);
    let wanted: Permissions = [permission].into_iter().collect();
    if let Some(workspace) = query.workspace
        && !is_of(&actor, &db, workspace).await?
    {
        return Err(Error::Forbidden(ELSEWHERE.to_owned()).into());
    }
    let missing = wanted.beyond(&policy::held(&actor));
    if !missing.is_empty() {
        return Err(Error::Refused(Refusal::PermissionMissing(missing)).into());
    }
    if let Some(folder) = folder {
        let asks = actor.clone();
        db.0.run(move |conn| folders.check(conn, &asks, folder, permission, now))
            .await?;
    }
    Ok(Authorized::of(actor)?)
}

async fn is_of(actor: &Actor, db: &ApiDb, workspace: String) -> Result<bool> {
    if workspace.is_empty() {
        return Err(field(
            "workspace",
            "Give the id of a workspace, or leave it out",
        ));
    }
    if let Ok(id) = workspace.parse::<WorkspaceId>() {
        return Ok(id == actor.workspace);
    }
    let permit = permit::<BeKey>(actor)?;
    let is_its = move |conn: &mut _| workspaces::answers_to(conn, &permit, &workspace);
    db.0.run(is_its).await
}

/// The call may go on; whose it is.
pub struct Authorized {
    id: KeyId,
    label: String,
    owner: String,
}

/// What stands in a header as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Authorized {
    fn of(actor: Actor) -> Result<Self> {
        let Who::Key {
            id, label, owner, ..
        } = actor.who
        else {
            return Err(Error::Unauthenticated);
        };
        Ok(Self {
            id,
            label: utf8_percent_encode(&label, ENCODED).to_string(),
            owner: match owner {
                None => format!("workspace:{}", actor.workspace),
                Some((member, _)) => format!("member:{member}"),
            },
        })
    }
}

impl Responder for Authorized {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent()
            .insert_header(("x-keyroom-key-id", self.id.to_string()))
            .insert_header(("x-keyroom-key-label", self.label))
            .insert_header(("x-keyroom-key-owner", self.owner))
            .finish()
    }
}

impl Answers for Authorized {
    fn tell(draft: &mut Draft<'_>) {
        draft.empty(204, "The call may go on. Headers say whose it is.");
        for name in [
            "X-Keyroom-Key-Id",
            "X-Keyroom-Key-Label",
            "X-Keyroom-Key-Owner",
        ] {
            draft.header(204, name);
        }
    }
}
