//! What stands before a route: it finds out who asks, or answers in the route's stead.

mod seen;

use std::convert::identity;

use self::seen::{Kept, Seen, find};
use super::{confirm, moved, refused, session::SessionId, verifier};
use crate::{
    actor::{Actor, Person, Source},
    db::Db,
    error::{Error, Result},
    policy::Unscoped,
    web::{Access, Fault, Site, Viewing, confirm::Posted, is_api, pass_over, read_body, text},
};
use actix_session::SessionExt;
use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::Data,
};

const WHY: Unscoped = Unscoped::because("the guard finds out who asks");

type Answer = Result<ServiceResponse<BoxBody>, actix_web::Error>;

/// The guard of each kind of access. It never fails: an `Err` of a middleware would pass by the headers.
pub fn guard(access: Access, route: actix_web::Route) -> actix_web::Route {
    match access {
        Access::Open | Access::Visitor => route,
        Access::Reader | Access::Nowhere => route.wrap(from_fn(onlooker)),
        Access::Person => route.wrap(from_fn(person)),
        Access::Member => route.wrap(from_fn(|req, next| {
            member((Kept::Living, identity), req, next)
        })),
        Access::Streaming => route.wrap(from_fn(|req: ServiceRequest, next| async move {
            req.extensions_mut().insert(Streams);
            member((Kept::Living, identity), req, next).await
        })),
        Access::Own => route.wrap(from_fn(|req, next| {
            member((Kept::Living, Actor::about_own), req, next)
        })),
        Access::MemberOfTrashed => route.wrap(from_fn(|req, next| {
            member((Kept::Trashed, identity), req, next)
        })),
        Access::Key(_)
        | Access::Streamed(_)
        | Access::PerField(_)
        | Access::Inspecting(_)
        | Access::AnyKey => route.wrap(from_fn(move |req, next| verifier::key(access, req, next))),
        Access::Proxied => route.wrap(from_fn(move |req, next| {
            verifier::proxied(access, req, next)
        })),
    }
}

/// Noted in a request whose body nobody reads but its handler.
struct Streams;

/// Whoever looks at a page for anybody, or of an error, keeps the frame they know. It asks nothing of a stranger, and of
/// nobody under `/v1`.
async fn onlooker(mut req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Answer {
    if !is_api(req.path()) {
        let slug = workspace_in(req.path()).map(str::to_owned);
        let slug = slug.map(|slug| (slug, Kept::Living));
        // Who cannot be told is nobody: the error is shown all the same.
        look(&mut req, slug).await.ok();
    }
    Ok(next.call(req).await?.map_into_boxed_body())
}

/// The slug in `/w/{slug}/…`.
fn workspace_in(path: &str) -> Option<&str> {
    path.strip_prefix("/w/")?
        .split('/')
        .next()
        .filter(|slug| !slug.is_empty())
}

async fn person(mut req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Answer {
    match enter(&mut req, None).await {
        Ok(_) => Ok(next.call(req).await?.map_into_boxed_body()),
        Err(error) => Ok(req.into_response(Fault::from(error).into_response())),
    }
}

async fn member(
    (kept, acting): (Kept, fn(Actor) -> Actor),
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Answer {
    let slug = req.match_info().get("slug").unwrap_or_default().to_owned();
    let asked = format!("{} {}", req.method(), text::for_log(req.path()));
    let seen = enter(&mut req, Some((slug, kept))).await;
    if !matches!(seen, Ok(Seen::As(_))) && req.extensions().contains::<Streams>() {
        pass_over(&mut req).await;
    }
    match seen {
        Ok(Seen::As(actor)) => {
            let actor = acting(actor);
            req.extensions_mut().insert(actor.clone());
            let mut res = next.call(req).await?.map_into_boxed_body();
            refused::note(&mut res, actor, asked).await;
            Ok(res)
        }
        // The same at every address, so that it tells nothing of what is there.
        Ok(Seen::Suspended(actor, workspace)) => {
            let why = format!("{workspace} is closed to you until you are reinstated.");
            let mut res = req.into_response(Fault::from(Error::Suspended(why)).into_response());
            refused::note(&mut res, actor, asked).await;
            Ok(res)
        }
        Ok(Seen::Moved(slug)) => {
            let to = moved::to(&req, &slug);
            Ok(req.into_response(to))
        }
        Ok(Seen::Outside) => Ok(req.into_response(Fault::from(Error::NotFound).into_response())),
        Err(error) => Ok(req.into_response(Fault::from(error).into_response())),
    }
}

/// Whoever may go on, as [`look`] finds them.
async fn enter(req: &mut ServiceRequest, asked: Option<(String, Kept)>) -> Result<Seen> {
    if req.method().is_safe() || req.extensions().contains::<Streams>() {
        return look(req, asked).await;
    }
    // All of it, before the session is looked at: one that ends while a form trickles in changes nothing.
    let form = read_body(req).await;
    if let Ok(form) = &form {
        req.extensions_mut().insert(Posted(form.clone()));
    }
    let seen = look(req, asked.clone()).await?;
    let form = form?;
    let is_let_in = match &seen {
        Seen::As(_) => true,
        Seen::Outside => asked.is_none(),
        // What was sent to a former address comes again to the present one.
        Seen::Suspended(..) | Seen::Moved(_) => false,
    };
    if !is_let_in || !confirm::check_in(req, &form).await? {
        return Ok(seen);
    }
    // To check a password takes its time. Whoever was somebody before it may be nobody now.
    look(req, asked).await
}

/// One transaction: session, user, and the memberships, of which one may be asked for. Notes for the handler what it found.
async fn look(req: &mut ServiceRequest, asked: Option<(String, Kept)>) -> Result<Seen> {
    let id = SessionId::of(&req.get_session()).ok_or(Error::Unauthenticated)?;
    let (Some(db), Some(site)) = (req.app_data::<Data<Db>>(), req.app_data::<Data<Site>>()) else {
        return Err(Error::Internal(anyhow::anyhow!(
            "the guard has no database"
        )));
    };
    let source = req
        .extensions()
        .get::<Source>()
        .cloned()
        .unwrap_or_default();
    let now = site.clock.now();
    let digest = id.digest();
    let origin = source.clone();
    let found = db
        .run(move |conn| find(conn, digest, asked, origin, now))
        .await?;
    let found = match found {
        Ok(found) => found,
        Err(ended) => {
            req.extensions_mut().insert(Viewing {
                session_ended: Some(ended),
                ..Viewing::default()
            });
            return Err(Error::Unauthenticated);
        }
    };
    let user = found.user;
    let mut extensions = req.extensions_mut();
    extensions.insert(Viewing {
        theme: user.theme.name(),
        zone: user.zone(),
        person: Some((user.name.clone(), user.email.clone())),
        workspace: found.workspace,
        homes: found.homes,
        session_ended: None,
    });
    extensions.insert(Person {
        id: user.id,
        name: user.name,
        email: user.email,
        source,
    });
    if let Some(confirmed) = found.confirmed {
        extensions.insert(confirmed);
    }
    Ok(found.seen)
}
