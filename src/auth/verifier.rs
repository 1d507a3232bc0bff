//! A call of the API: from `Authorization` to a key, or to the refusal that comes first.
//!
//! Every call reads its key from the database, so whatever ended a key holds for the very next call.

mod asked;
mod credential;
mod known;

use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use chrono::SecondsFormat;

use self::{
    asked::Asked,
    known::{find, known},
};
use super::refused;
use crate::{
    actor::{Actor, Source},
    db::ApiDb,
    error::{Error, Refusal, Result},
    ids::{KeyId, WorkspaceId},
    key_files::Pepper,
    keys::{Calls, Candidate, Outcome, PresentedKey, SERVED},
    policy::Unscoped,
    web::{
        Access, Fault, Seen, Site, Unchanging, cors, limit::Limits, problem, rate::Quota, read_body,
    },
};

const WHY: Unscoped = Unscoped::because("whoever calls is not known before the key is checked");

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
    let asked = &Asked::of(access, &req, source.ip);
    // All of a body, before the key is looked at: one that ends while it trickles in changes nothing.
    // Of what is streamed, whoever takes it in looks again at its end.
    let is_streamed = matches!(access, Access::Streamed(_));
    let body = match req.method().is_safe() || is_streamed {
        true => Ok(()),
        false => read_body(&mut req).await.map(drop),
    };
    let seen = tools.site.changes.seen();
    let (candidate, version, presented) = match known(access, &mut req, &tools, &source).await {
        Ok(known) => known,
        Err(error) => return Ok(req.into_response(Fault::from(error).into_response())),
    };
    let now = tools.site.clock.now();
    let workspace = candidate.workspace;
    let counted = (workspace, candidate.key.id, version);
    let expires_at = candidate.key.expires_at;
    let reader = reader(asked, &candidate);
    let is_publishable = candidate.key.kind.is_publishable();
    let judged = match asked.refusal((&candidate, version), now) {
        Some(refusal) => match tools.limits.refusals.take(&candidate.key.id) {
            Ok(()) => Err(Error::Refused(refusal)),
            Err(limited) => Err(limited),
        },
        None => body,
    };
    let id = candidate.key.id;
    let rates = &tools.limits.rates;
    let mut res = match judged.map(|()| rates.take(id, candidate.rate_limit(), now)) {
        Err(error) => req.into_response(Fault::from(error).into_response()),
        Ok(Err(none_left)) => {
            let retry_after = none_left.resets_in();
            let limited = Fault::from(Error::Limited { retry_after }).into_response();
            let mut res = req.into_response(limited);
            none_left.tell(res.headers_mut());
            res
        }
        Ok(Ok(quota)) => {
            let mut actor = Actor::new(candidate.acting(version), workspace, source.clone());
            actor.note_needed(&asked.needed);
            req.extensions_mut().insert(actor);
            let changes = access.changes(req.method());
            if !changes {
                req.extensions_mut().insert(Unchanging);
            }
            let res = next.call(req).await?.map_into_boxed_body();
            let res = match !changes && res.status().is_success() {
                true => unless_ended(res, &tools, (&presented, asked), (seen, workspace)).await,
                false => res,
            };
            let kept_by = (&tools.db.0, &**tools.site, &**tools.limits);
            refused::note_of_key(&res, kept_by).await;
            settled(res, &tools, id, quota)
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

/// A call of a route that a reverse proxy asks: see [`Access::Proxied`].
pub(super) async fn proxied(
    access: Access,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Answer {
    let mut res = key(access, req, next).await?;
    let fault = res.response().extensions().get::<Fault>().cloned();
    if let Some(fault) = fault {
        let problem = problem::of(fault.error());
        let status = StatusCode::from_u16(access.status_of(problem));
        res.response_mut().head_mut().status = status.unwrap_or(StatusCode::FORBIDDEN);
        let code = HeaderValue::from_static(problem.code);
        res.headers_mut()
            .insert(HeaderName::from_static("x-keyroom-error"), code);
    }
    Ok(res)
}

/// With what is left of the minute. A call that was refused after it was let in, or failed on our side, uses nothing up.
fn settled(
    mut res: ServiceResponse<BoxBody>,
    tools: &Tools,
    id: KeyId,
    mut quota: Quota,
) -> ServiceResponse<BoxBody> {
    let fault = res.response().extensions().get::<Fault>().cloned();
    match fault.as_ref().map(Fault::error) {
        Some(Error::Refused(_) | Error::Forbidden(_) | Error::NotFound) => {
            quota = tools.limits.rates.give_back(id, quota);
            if let Err(limited) = tools.limits.refusals.take(&id) {
                let (req, _) = res.into_parts();
                res = ServiceResponse::new(req, Fault::from(limited).into_response());
            }
        }
        Some(Error::Busy(_) | Error::Away(_) | Error::Internal(_) | Error::Limited { .. }) => {
            quota = tools.limits.rates.give_back(id, quota);
        }
        _ => {}
    }
    quota.tell(res.headers_mut());
    res
}

/// How often a key is looked at again for one call before changes of its workspace wait for that.
const MOST_LOOKS: usize = 4;

/// The answer, unless the key was ended, or cut, on this server while the call ran: once that has been answered, no call
/// is served any more, also not one that was let in before. What a call has changed stays and is told.
async fn unless_ended(
    res: ServiceResponse<BoxBody>,
    tools: &Tools,
    (presented, asked): (&PresentedKey, &Asked),
    (mut seen, workspace): (Seen, WorkspaceId),
) -> ServiceResponse<BoxBody> {
    let changes = &tools.site.changes;
    let (mut looks, mut held) = (0, None);
    while held.is_none() && !changes.none_since(&seen, workspace) {
        looks += 1;
        if looks == MOST_LOOKS {
            held = Some(changes.hold(workspace).await);
        }
        seen = changes.seen();
        let now = tools.site.clock.now();
        let error = match find(tools, presented).await {
            Ok(Some((candidate, version))) => match asked.refusal((&candidate, version), now) {
                Some(refusal) => Error::Refused(refusal),
                None => continue,
            },
            Ok(None) => Error::Refused(Refusal::KeyInvalid),
            Err(error) => error,
        };
        let (req, _) = res.into_parts();
        return ServiceResponse::new(req, Fault::from(error).into_response());
    }
    res
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
