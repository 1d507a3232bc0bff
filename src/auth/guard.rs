//! What stands before a route: it finds out who asks, or answers in the route's stead.

use actix_session::SessionExt;
use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::Data,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    confirm, moved, refused,
    session::{SessionDigest, SessionId},
    store::{self, Resumed},
    verifier,
};
use crate::{
    actor::{Actor, Confirmed, Person, Source, Who},
    audit,
    db::Db,
    error::{Error, Result},
    people::{self, MemberView, User},
    policy::Unscoped,
    web::{
        Access, Ended, Fault, Home, Site, Viewing, confirm::Posted, is_api, read_form, text,
        time::Zone,
    },
};

const WHY: Unscoped = Unscoped::because("the guard finds out who asks");

type Answer = Result<ServiceResponse<BoxBody>, actix_web::Error>;

/// The guard of each kind of access. It never fails: an `Err` of a middleware would pass by the headers.
pub fn guard(access: Access, route: actix_web::Route) -> actix_web::Route {
    match access {
        Access::Open | Access::Visitor => route,
        Access::Reader | Access::Nowhere => route.wrap(from_fn(onlooker)),
        Access::Person => route.wrap(from_fn(person)),
        Access::Member => route.wrap(from_fn(|req, next| member(Kept::Living, req, next))),
        Access::MemberOfTrashed => {
            route.wrap(from_fn(|req, next| member(Kept::Trashed, req, next)))
        }
        Access::Key(needed) => {
            route.wrap(from_fn(move |req, next| verifier::key(needed, req, next)))
        }
    }
}

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
    kept: Kept,
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Answer {
    let slug = req.match_info().get("slug").unwrap_or_default().to_owned();
    let asked = format!("{} {}", req.method(), text::for_log(req.path()));
    match enter(&mut req, Some((slug, kept))).await {
        Ok(Seen::As(actor)) => {
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

/// Which of somebody's workspaces a page may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Living,
    Trashed,
}

/// Somebody who is signed in, as the workspace sees them that was asked for.
enum Seen {
    As(Actor),
    /// With the name of the workspace.
    Suspended(Actor, String),
    /// Not theirs, none at all, or none was asked for.
    Outside,
    /// Theirs, by an address that it had before; this is the slug that it has now.
    Moved(String),
}

/// What the guard found out about whoever asks.
struct Found {
    user: User,
    confirmed: Option<Confirmed>,
    seen: Seen,
    /// Name, slug and time zone of the workspace around the page.
    workspace: Option<(String, String, Zone)>,
    /// All that they may enter.
    homes: Vec<Home>,
}

/// Whoever may go on, as [`look`] finds them.
async fn enter(req: &mut ServiceRequest, asked: Option<(String, Kept)>) -> Result<Seen> {
    if req.method().is_safe() {
        return look(req, asked).await;
    }
    // All of it, before the session is looked at: one that ends while a form trickles in changes nothing.
    let form = read_form(req).await;
    if let Ok(form) = &form {
        req.extensions_mut().insert(Posted(form.clone()));
    }
    let seen = look(req, asked).await?;
    let form = form?;
    // What was sent to a former address comes again to the present one.
    if !matches!(seen, Seen::Moved(_)) {
        confirm::note(req, &form).await?;
    }
    Ok(seen)
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
    if let Seen::As(actor) = &found.seen {
        extensions.insert(actor.clone());
    }
    Ok(found.seen)
}

fn find(
    conn: &mut PgConnection,
    digest: SessionDigest,
    asked: Option<(String, Kept)>,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Result<Found, Ended>> {
    let Resumed { user, confirmed_at } = match store::resume(conn, WHY, digest, &source, now)? {
        Ok(resumed) => resumed,
        Err(ended) => return Ok(Err(ended)),
    };
    let confirmed = Confirmed::since(confirmed_at, now);
    let memberships = people::memberships(conn, WHY, user.id)?;
    let open = || memberships.iter().filter(|m| m.may_enter());
    let homes = open().map(MemberView::home).collect();
    let place = |m: &MemberView| (m.workspace_name.clone(), m.slug.clone(), m.zone);
    // A page about oneself, and one of nobody's, lead back to the first of one's workspaces.
    let mut workspace = open().next().map(place);
    let found = asked.as_ref().and_then(|(slug, kept)| {
        let mut memberships = memberships.iter();
        memberships.find(|m| m.slug == *slug && m.deleted_at.is_some() == (*kept == Kept::Trashed))
    });
    let seen = match (found, &asked) {
        (Some(member), _) if member.is_suspended => {
            let actor = actor_of(conn, &user, member, source)?;
            Seen::Suspended(actor, member.workspace_name.clone())
        }
        (Some(member), _) => {
            if member.may_enter() {
                workspace = Some(place(member));
            }
            Seen::As(admit(conn, digest, &user, member, source, now)?)
        }
        (None, Some((slug, Kept::Living))) => {
            let moved = people::moved_to(conn, WHY, user.id, slug)?;
            moved.map_or(Seen::Outside, Seen::Moved)
        }
        (None, _) => Seen::Outside,
    };
    Ok(Ok(Found {
        user,
        confirmed,
        seen,
        workspace,
        homes,
    }))
}

fn actor_of(
    conn: &mut PgConnection,
    user: &User,
    member: &MemberView,
    source: Source,
) -> Result<Actor> {
    Ok(Actor {
        who: Who::Member {
            id: member.id,
            name: user.name.clone(),
            role: member.role,
            permissions: people::permissions_of(conn, WHY, member)?,
        },
        workspace: member.workspace,
        source,
    })
}

/// The member as an actor; the workspace's log says once a session that they came.
fn admit(
    conn: &mut PgConnection,
    digest: SessionDigest,
    user: &User,
    member: &MemberView,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Actor> {
    people::note_visit(conn, WHY, member, now)?;
    let actor = actor_of(conn, user, member, source)?;
    if store::visit(conn, WHY, digest, member.workspace)? {
        let entry = audit::Entry {
            action: "member.signed_in",
            subject: audit::Subject {
                kind: "member",
                id: member.id.to_string(),
                label: user.name.clone(),
            },
            before: None,
            after: None,
        };
        audit::record(conn, &actor, entry, now)?;
    }
    Ok(actor)
}
