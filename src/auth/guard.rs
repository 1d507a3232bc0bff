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
    session::{SessionDigest, SessionId},
    store, verifier,
};
use crate::{
    actor::{Actor, Person, Source, Who},
    audit,
    db::Db,
    error::{Error, Result},
    people::{self, MemberView, User},
    policy::Unscoped,
    web::{Access, Fault, Site, Viewing, is_api, limit::Limits, read_form, text, time::Zone},
};

const WHY: Unscoped = Unscoped::because("the guard finds out who asks");

type Answer = Result<ServiceResponse<BoxBody>, actix_web::Error>;

/// The guard of each kind of access. It never fails: an `Err` of a middleware would pass by the headers.
pub fn guard(access: Access, route: actix_web::Route) -> actix_web::Route {
    match access {
        Access::Open | Access::Visitor => route,
        Access::Nowhere => route.wrap(from_fn(onlooker)),
        Access::Person => route.wrap(from_fn(person)),
        Access::Member => route.wrap(from_fn(member)),
        Access::Key(needed) => {
            route.wrap(from_fn(move |req, next| verifier::key(needed, req, next)))
        }
    }
}

/// Whoever looks at the page of an error keeps the frame they know. It asks nothing of a stranger, and of nobody
/// under `/v1`.
async fn onlooker(mut req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Answer {
    if !is_api(req.path()) {
        let slug = workspace_in(req.path()).map(str::to_owned);
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

async fn member(mut req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Answer {
    let slug = req.match_info().get("slug").unwrap_or_default().to_owned();
    let asked = format!("{} {}", req.method(), text::for_log(req.path()));
    match enter(&mut req, Some(slug)).await {
        Ok(Standing::Member(actor)) => {
            let mut res = next.call(req).await?.map_into_boxed_body();
            note_refusal(&mut res, actor, asked).await;
            Ok(res)
        }
        // The same at every address, so that it tells nothing of what is there.
        Ok(Standing::Suspended(actor, workspace)) => {
            let why = Error::Suspended(format!(
                "{workspace} is closed to you until you are reinstated."
            ));
            let mut res = req.into_response(Fault::from(why).into_response());
            note_refusal(&mut res, actor, asked).await;
            Ok(res)
        }
        Ok(Standing::Outside) => {
            Ok(req.into_response(Fault::from(Error::NotFound).into_response()))
        }
        Err(error) => Ok(req.into_response(Fault::from(error).into_response())),
    }
}

/// How somebody stands to the workspace that is asked for.
#[derive(Clone)]
enum Standing {
    /// Also where none is asked for, and where there is none.
    Outside,
    /// With the name of the workspace.
    Suspended(Actor, String),
    Member(Actor),
}

/// What the guard found out about whoever asks.
struct Found {
    user: User,
    standing: Standing,
    /// Name, slug and time zone of the workspace around the page.
    workspace: Option<(String, String, Zone)>,
}

/// Whoever may go on, as [`look`] finds them.
async fn enter(req: &mut ServiceRequest, slug: Option<String>) -> Result<Standing> {
    let form = match req.method().is_safe() {
        true => Ok(()),
        // All of it, before the session is looked at: one that ends while a form trickles in changes nothing.
        false => read_form(req).await.map(drop),
    };
    let standing = look(req, slug).await?;
    form.map(|()| standing)
}

/// One transaction: session, user, and the membership behind `slug`. Notes for the handler what it found.
async fn look(req: &mut ServiceRequest, slug: Option<String>) -> Result<Standing> {
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
        .run(move |conn| find(conn, digest, slug, origin, now))
        .await?;
    let Some(Found {
        user,
        standing,
        workspace,
    }) = found
    else {
        req.extensions_mut().insert(Viewing {
            session_ended: true,
            ..Viewing::default()
        });
        return Err(Error::Unauthenticated);
    };
    let mut extensions = req.extensions_mut();
    extensions.insert(Viewing {
        theme: user.theme.name(),
        person: Some((user.name.clone(), user.email.clone())),
        workspace,
        session_ended: false,
    });
    extensions.insert(Person {
        id: user.id,
        name: user.name,
        email: user.email,
        source,
    });
    if let Standing::Member(actor) = &standing {
        extensions.insert(actor.clone());
    }
    Ok(standing)
}

fn find(
    conn: &mut PgConnection,
    digest: SessionDigest,
    slug: Option<String>,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    let Some(user) = store::resume(conn, WHY, digest, now)? else {
        return Ok(None);
    };
    let member = match &slug {
        Some(slug) => people::find_member(conn, WHY, user.id, slug)?,
        None => None,
    };
    let (standing, workspace) = match (member, slug) {
        (Some(member), Some(slug)) if !member.is_suspended => {
            let around = (member.workspace_name.clone(), slug, member.zone);
            let actor = admit(conn, digest, &user, member, source, now)?;
            (Standing::Member(actor), Some(around))
        }
        // A page about oneself, and one that is not there, lead back to the first of one's workspaces.
        (member, _) => {
            let standing = member.map_or(Standing::Outside, |member| {
                let name = member.workspace_name.clone();
                Standing::Suspended(actor_of(&user, &member, source), name)
            });
            (standing, people::home_of(conn, WHY, user.id)?)
        }
    };
    Ok(Some(Found {
        user,
        standing,
        workspace,
    }))
}

fn actor_of(user: &User, member: &MemberView, source: Source) -> Actor {
    Actor {
        who: Who::Member {
            id: member.id,
            name: user.name.clone(),
            role: member.role,
            permissions: member.permissions.clone(),
        },
        workspace: member.workspace,
        source,
    }
}

/// The member as an actor; the workspace's log says once a session that they came.
fn admit(
    conn: &mut PgConnection,
    digest: SessionDigest,
    user: &User,
    member: MemberView,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Actor> {
    people::note_visit(conn, WHY, &member, now)?;
    let actor = actor_of(user, &member, source);
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

/// What a member was refused is in the log too, in a transaction of its own: that of the request was undone.
/// The page then also says whom to ask.
async fn note_refusal(res: &mut ServiceResponse<BoxBody>, actor: Actor, asked: String) {
    let fault = res.response().extensions().get::<Fault>().cloned();
    type Refusal = fn(String) -> Error;
    let (why, refuse): (&str, Refusal) = match fault.as_ref().map(Fault::error) {
        Some(Error::Forbidden(why)) => (why, Error::Forbidden),
        Some(Error::Suspended(why)) => (why, Error::Suspended),
        _ => return,
    };
    let req = res.request();
    let (Some(member), Some(db), Some(site), Some(limits)) = (
        actor.member_id(),
        req.app_data::<Data<Db>>(),
        req.app_data::<Data<Site>>(),
        req.app_data::<Data<Limits>>(),
    ) else {
        return;
    };
    let is_audited = limits.audited_refusals.take(&member).is_ok();
    let now = site.clock.now();
    let entry = audit::Entry {
        action: "request.refused",
        subject: audit::Subject {
            kind: "page",
            id: text::for_log(req.path()),
            label: asked,
        },
        before: None,
        after: None,
    };
    let noted = db
        .run(move |conn| {
            if is_audited {
                audit::record_refusal(conn, &actor, entry, now)?;
            }
            people::owners(conn, WHY, actor.workspace)
        })
        .await;
    match noted {
        Ok(owners) if !owners.is_empty() => {
            let told = format!("{why} Ask {}.", owners.join(" or "));
            res.response_mut()
                .extensions_mut()
                .insert(Fault::from(refuse(told)));
        }
        Ok(_) => {}
        Err(error) => log::error!("a refusal was not recorded: {error}"),
    }
}
