//! A call of the API: from `Authorization` to a key, or to the refusal that comes first.
//!
//! Every call reads its key from the database, so whatever ended a key holds for the very next call.

mod asked;

use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use chrono::SecondsFormat;
use percent_encoding::percent_decode;

use self::asked::Asked;
use crate::{
    actor::{Actor, Source, Who},
    db::ApiDb,
    error::{Error, Refusal, Result},
    ids::WorkspaceId,
    key_files::Pepper,
    keys::{self, Calls, Candidate, Outcome, PresentedKey, SERVED},
    policy::Unscoped,
    web::{Access, Fault, Seen, Site, client, cors, limit::Limits, problem, read_body, text},
};

const WHY: Unscoped = Unscoped::because("whoever calls is not known before the key is checked");

const ELSEWHERE: &str =
    "Send the key as Authorization: Bearer <key>, not in the address, a form field or a cookie.";
const TWICE: &str = "Send one Authorization header, not several.";
const SCHEME: &str = "Send the key as Authorization: Bearer <key>, with no other scheme.";

type Answer = Result<ServiceResponse<BoxBody>, actix_web::Error>;

/// What the rest of the application lends to the check.
struct Tools {
    db: Data<ApiDb>,
    site: Data<Site>,
    pepper: Data<Pepper>,
    limits: Data<Limits>,
    calls: Data<Calls>,
}

impl Tools {
    fn of(req: &ServiceRequest) -> Option<Self> {
        Some(Self {
            db: req.app_data::<Data<ApiDb>>()?.clone(),
            site: req.app_data::<Data<Site>>()?.clone(),
            pepper: req.app_data::<Data<Pepper>>()?.clone(),
            limits: req.app_data::<Data<Limits>>()?.clone(),
            calls: req.app_data::<Data<Calls>>()?.clone(),
        })
    }
}

/// A call of a route that asks for a key.
pub(super) async fn key(
    access: Access,
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Answer {
    let asked = &Asked::of(access, req.headers());
    let Some(tools) = Tools::of(&req) else {
        let fault = Fault::from(Error::Internal(anyhow::anyhow!(
            "the verifier has no tools"
        )));
        return Ok(req.into_response(fault.into_response()));
    };
    let source = req
        .extensions()
        .get::<Source>()
        .cloned()
        .unwrap_or_default();
    // All of a body, before the key is looked at: one that ends while it trickles in changes nothing.
    let body = match req.method().is_safe() {
        true => Ok(()),
        false => read_body(&mut req).await.map(drop),
    };
    let seen = tools.site.changes.seen();
    let (candidate, version, presented) = match known(&mut req, &tools, &source).await {
        Ok(known) => known,
        Err(error) => return Ok(req.into_response(Fault::from(error).into_response())),
    };
    let now = tools.site.clock.now();
    let workspace = candidate.workspace;
    let counted = (workspace, candidate.key.id, version);
    let expires_at = candidate.key.expires_at;
    let reader = reader(asked, &candidate);
    let is_publishable = candidate.key.kind.is_publishable();
    let refused = match asked.refusal(&candidate, now) {
        Some(refusal) => match tools.limits.refusals.take(&candidate.key.id) {
            Ok(()) => Err(Error::Refused(refusal)),
            Err(limited) => Err(limited),
        },
        None => body,
    };
    let mut res = match refused {
        Err(error) => req.into_response(Fault::from(error).into_response()),
        Ok(()) => {
            let actor = actor_of(candidate, source.clone());
            req.extensions_mut().insert(actor);
            let is_safe = req.method().is_safe();
            let res = next.call(req).await?.map_into_boxed_body();
            match is_safe && res.status().is_success() {
                true => unless_ended(res, &tools, (&presented, asked), (seen, workspace)).await,
                false => res,
            }
        }
    };
    if is_publishable {
        cors::vary(res.headers_mut());
    }
    if let Some(site) = reader {
        cors::let_read(res.headers_mut(), site);
    }
    tools.calls.count(counted, outcome(&res), &source, now);
    if let Some(end) = expires_at
        && let Ok(value) = HeaderValue::from_str(&end.to_rfc3339_opts(SecondsFormat::Secs, true))
    {
        res.headers_mut()
            .insert(HeaderName::from_static("x-key-expires-at"), value);
    }
    Ok(res)
}

pub(super) fn actor_of(candidate: Candidate, source: Source) -> Actor {
    let permissions = candidate.permissions();
    let who = Who::Key {
        id: candidate.key.id,
        label: candidate.key.label,
        permissions,
        owner: candidate.owner.map(|owner| (owner.id, owner.role)),
    };
    Actor::new(who, candidate.workspace, source)
}

/// How often a key is looked at again for one call: whoever changes a workspace all the time must not hold its calls.
const MOST_LOOKS: usize = 8;

/// The answer, unless the key was ended, or cut, on this server while the call ran: once that has been answered, no call
/// is served any more, also not one that was let in before. What a call has changed stays and is told.
async fn unless_ended(
    res: ServiceResponse<BoxBody>,
    tools: &Tools,
    (presented, asked): (&PresentedKey, &Asked),
    (mut seen, workspace): (Seen, WorkspaceId),
) -> ServiceResponse<BoxBody> {
    let changes = &tools.site.changes;
    let mut looks = 0;
    while !changes.none_since(&seen, workspace) {
        looks += 1;
        seen = changes.seen();
        let now = tools.site.clock.now();
        let error = match find(tools, presented).await {
            Ok(Some((candidate, _))) => match asked.refusal(&candidate, now) {
                Some(refusal) => Error::Refused(refusal),
                None if looks < MOST_LOOKS => continue,
                None => Error::Busy("its workspace changes without a pause".to_owned()),
            },
            Ok(None) => Error::Refused(Refusal::KeyInvalid),
            Err(error) => error,
        };
        let (req, _) = res.into_parts();
        return ServiceResponse::new(req, Fault::from(error).into_response());
    }
    res
}

/// The key behind the credential, whatever its state.
async fn known(
    req: &mut ServiceRequest,
    tools: &Tools,
    source: &Source,
) -> Result<(Candidate, i32, PresentedKey)> {
    let presented = credential(req).await?;
    let invalid = || {
        if let Some(ip) = source.ip {
            tools.limits.invalid_keys.take(&client::network_of(ip))?;
        }
        Err(Error::Refused(Refusal::KeyInvalid))
    };
    let Ok(presented) = PresentedKey::parse(&presented) else {
        return invalid();
    };
    match find(tools, &presented).await? {
        Some((candidate, version)) => Ok((candidate, version, presented)),
        None => invalid(),
    }
}

/// One look at the database; unknown ids and wrong secrets take the same way.
async fn find(tools: &Tools, presented: &PresentedKey) -> Result<Option<(Candidate, i32)>> {
    let (kind, id) = (presented.kind(), presented.id());
    let found = tools
        .db
        .0
        .run(move |conn| keys::find_candidate(conn, WHY, kind, id))
        .await?;
    let Some(candidate) = found else {
        return Ok(None);
    };
    let version = candidate.version_of(presented, &tools.pepper)?;
    Ok(version.map(|version| (candidate, version)))
}

/// The text after `Bearer`, if that is the only place where a credential is.
async fn credential(req: &mut ServiceRequest) -> Result<String> {
    let carrier = |why| Error::Refused(Refusal::Carrier(why));
    let elsewhere = req
        .headers()
        .iter()
        .filter(|(name, _)| *name != header::AUTHORIZATION)
        .any(|(_, value)| has_key(value.as_bytes()));
    let misplaced = elsewhere
        || has_key(req.query_string().as_bytes())
        || req.headers().contains_key("x-api-key");
    if misplaced {
        return Err(carrier(ELSEWHERE));
    }
    let mut given = req.headers().get_all(header::AUTHORIZATION);
    let first = given.next().cloned();
    if given.next().is_some() {
        return Err(carrier(TWICE));
    }
    drop(given);
    if form_has_key(req).await? {
        return Err(carrier(ELSEWHERE));
    }
    let Some(first) = first else {
        return Err(Error::Refused(Refusal::CredentialMissing));
    };
    let text = first.to_str().map_err(|_| carrier(SCHEME))?;
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(carrier(SCHEME));
    }
    match rest {
        "" => Err(Error::Refused(Refusal::CredentialMissing)),
        key => Ok(key.to_owned()),
    }
}

/// Is there something that looks like a key, however it is encoded?
fn has_key(bytes: &[u8]) -> bool {
    text::has_key(&percent_decode(bytes).decode_utf8_lossy())
}

/// A form is read before the key is known, so only as much of it as any form may have.
async fn form_has_key(req: &mut ServiceRequest) -> Result<bool> {
    if req.content_type() != "application/x-www-form-urlencoded" {
        return Ok(false);
    }
    match read_body(req).await {
        Ok(body) => Ok(has_key(&body)),
        // Its size is judged after its key.
        Err(Error::TooLarge) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The site whose page may read the answer, also a refusal: one on the list of a publishable key.
fn reader(asked: &Asked, candidate: &Candidate) -> Option<HeaderValue> {
    let origin = asked.origin.clone()?;
    let is_listed = candidate.key.kind.is_publishable()
        && candidate.key.allowed_origins.allow(Some(origin.as_bytes()));
    is_listed.then_some(origin)
}

/// Served, or the code under which it was refused or failed.
fn outcome(res: &ServiceResponse<BoxBody>) -> Outcome {
    res.response()
        .extensions()
        .get::<Fault>()
        .map_or(SERVED, |fault| problem::of(fault.error()).code)
}
