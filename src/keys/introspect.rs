//! Somebody else's service asks whether a token is a key, and what it may do: token introspection, RFC 7662
//! (<https://www.rfc-editor.org/rfc/rfc7662>). To be asked about is no use of a key that counts, and no refusal of it.

use std::net::IpAddr;

use actix_web::{http::Method, web::Data};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    api::{Object, Owner, WorkspaceOfKey},
    secret::PresentedKey,
    store::{self, Candidate},
};
use crate::{
    actor::{Actor, Who},
    db::ApiDb,
    error::{Result, field},
    ids::KeyId,
    key_files::Pepper,
    permissions::Permission,
    policy::{Introspect, Unscoped, permit},
    web::{
        Access, Fault, Form, Now, Routes,
        api::{Answer, Operation},
        limit::Limits,
    },
    workspaces::{self, Workspace},
};

pub fn routes(r: &mut Routes) {
    r.api(
        Method::POST,
        "/v1/introspect",
        Access::Inspecting(&[Permission::AccessRead]),
        introspect,
        Operation {
            id: "introspect",
            tag: "Other services",
            summary: "Ask whether a token is a key",
            description: "Token introspection (RFC 7662), for services that get keys of this workspace from their clients. \
                Whatever is no key of this workspace, and every key that opens nothing now, is `{\"active\":false}` and \
                nothing more. While a key rotates both of its values are active.\n\n\
                A key that is bound to addresses is active only for an `ip` from which it may be used, and a publishable \
                one only for an `origin` that it allows: say where the token came from.\n\n\
                The question is a use of the key that asks, and none of the key in `token`: it only tells that a new value \
                of it has arrived, so that no repeated request makes another in its place. Whoever asks about 20 \
                tokens in a minute that are no keys of the workspace gets `rate_limited` for further ones; answers \
                about keys go on.",
            refusals: &[],
        },
    );
}

/// A token, and whence it came. What OAuth libraries send beside it, such as `client_id`, is ignored.
#[derive(Deserialize, JsonSchema)]
pub struct Asked {
    /// What somebody has presented as a key.
    #[schemars(example = &"skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW")]
    token: String,
    /// Taken, and ignored: there is one type of token.
    #[serde(default)]
    #[schemars(with = "String", example = &"access_token")]
    #[expect(dead_code, reason = "it is ignored")]
    token_type_hint: Option<String>,
    /// The address of whoever has presented it.
    #[serde(default)]
    #[schemars(with = "String", example = &"203.0.113.7")]
    ip: Option<String>,
    /// The `Origin` that came with it.
    #[serde(default)]
    #[schemars(with = "String", example = &"https://shop.example.com")]
    origin: Option<String>,
}

/// Whether the token is a key that may be used now; the other fields are there only where it is.
#[derive(Serialize, JsonSchema)]
pub struct Introspection {
    /// It is.
    active: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
}

/// None: it is no key that may be used.
fn answer(token: Option<Token>) -> Answer<Introspection> {
    Answer(Introspection {
        active: token.is_some(),
        token,
    })
}

/// What is told of a key that may be used.
#[derive(Serialize, JsonSchema)]
struct Token {
    /// The permissions in force, by their codes, with spaces between them.
    #[schemars(example = &"OBJECTS_LIST FILE_UPLOAD")]
    scope: String,
    /// The id of the key.
    client_id: KeyId,
    /// Whose rights it has: the id of the member whose personal key it is, or else of the key.
    #[schemars(example = &"7Kq2mXw0B1aZ")]
    sub: String,
    token_type: TokenType,
    /// Since when there is this value of the key; seconds since 1970.
    #[schemars(example = 1_787_563_800)]
    iat: i64,
    /// When it ends: with the key, or before it where a rotation has replaced it. Absent: it does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", example = 1_795_339_800)]
    exp: Option<i64>,
    object: Object,
    /// The name that people gave it.
    #[schemars(example = &"production-server")]
    label: String,
    owner: Owner,
    workspace: WorkspaceOfKey,
}

/// How the token is presented (RFC 6750).
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
enum TokenType {
    Bearer,
}

pub async fn introspect(
    actor: Actor,
    (db, pepper, limits): (Data<ApiDb>, Data<Pepper>, Data<Limits>),
    Now(now): Now,
    Form(asked): Form<Asked>,
) -> Result<Answer<Introspection>, Fault> {
    let ip = asked.address()?;
    // What has not the form of a key is none, and nothing is learned of it.
    let Ok(presented) = PresentedKey::parse(&asked.token) else {
        return Ok(answer(None));
    };
    let tools = (&**db, &**pepper);
    let Some(mut found) = find(&actor, tools, &presented).await? else {
        note_wrong(&limits, &actor)?;
        return Ok(answer(None));
    };
    let origin = asked.origin.as_deref().map(str::as_bytes);
    let is_active = |(candidate, version, _): &Found| {
        let refusal = candidate.refusal(*version, ip, now);
        let refusal = refusal.or_else(|| candidate.refusal_of_origin(origin, origin.is_some()));
        refusal.is_none()
    };
    if is_active(&found) && found.0.awaits_use(found.1) {
        let value = (found.2.id, found.0.key.id, found.1);
        let noted = move |conn: &mut _| store::note_use(conn, ARRIVED, value, now);
        db.0.run(noted).await?;
        // It was made anew meanwhile, or is not any more.
        match find(&actor, tools, &presented).await? {
            Some(again) => found = again,
            None => return Ok(answer(None)),
        }
    }
    if !is_active(&found) {
        return Ok(answer(None));
    }
    let (candidate, version, workspace) = found;
    Ok(answer(Token::of(candidate, version, workspace)))
}

const ARRIVED: Unscoped = Unscoped::because("a permit reaches the key whose value has arrived");

/// A key, the version of the value that was presented, and its workspace.
type Found = (Candidate, i32, Workspace);

/// None: it is no key of the workspace.
async fn find(
    actor: &Actor,
    (db, pepper): (&ApiDb, &Pepper),
    presented: &PresentedKey,
) -> Result<Option<Found>> {
    let (asks, kind, id) = (actor.clone(), presented.kind(), presented.id());
    let found = db.0.run(move |conn| {
        let permit = permit::<Introspect>(&asks)?;
        let found = store::find_candidate_of(conn, &permit, kind, id)?;
        let with = |candidate| Ok((candidate, workspaces::find(conn, &permit)?));
        found.map(with).transpose()
    });
    let Some((candidate, workspace)) = found.await? else {
        return Ok(None);
    };
    let version = candidate.version_of(presented, pepper)?;
    Ok(version.map(|version| (candidate, version, workspace)))
}

/// # Errors
/// `Limited`: there were too many.
fn note_wrong(limits: &Limits, actor: &Actor) -> Result<()> {
    match &actor.who {
        Who::Key { id, .. } => limits.wrong_tokens.take(id),
        _ => Ok(()),
    }
}

impl Asked {
    fn address(&self) -> Result<Option<IpAddr>> {
        let parsed = self.ip.as_deref().map(str::parse::<IpAddr>).transpose();
        let ip = parsed.map_err(|_| field("ip", "Give an address such as 203.0.113.7"))?;
        Ok(ip.map(|ip| ip.to_canonical()))
    }
}

impl Token {
    fn of(candidate: Candidate, version: i32, workspace: Workspace) -> Option<Self> {
        let span = candidate.span(version)?;
        let permissions = candidate.permissions(version);
        let codes: Vec<&str> = permissions.iter().map(|p| p.describe().code).collect();
        let key = candidate.key;
        let whose = candidate.owner.map(|owner| owner.id.to_string());
        Some(Self {
            scope: codes.join(" "),
            client_id: key.id,
            sub: whose.unwrap_or_else(|| key.id.to_string()),
            token_type: TokenType::Bearer,
            iat: seconds(span.made_at),
            exp: span.ends_at.map(seconds),
            object: Object::of(key.kind),
            owner: Owner::of(key.owner_member_id, workspace.id),
            label: key.label,
            workspace: WorkspaceOfKey::of(workspace),
        })
    }
}

/// Whole ones, never later than it is.
fn seconds(at: DateTime<Utc>) -> i64 {
    at.timestamp()
}
