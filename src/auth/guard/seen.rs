//! What the database says of whoever asks.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::WHY;
use crate::{
    actor::{Actor, Confirmed, Source, Who},
    audit,
    auth::{session::SessionDigest, store},
    error::Result,
    people::{self, MemberView, User},
    web::{Ended, Home, time::Zone},
};

/// Which of somebody's workspaces a page may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Living,
    Trashed,
}

/// Somebody who is signed in, as the workspace sees them that was asked for.
pub(super) enum Seen {
    As(Actor),
    /// With the name of the workspace.
    Suspended(Actor, String),
    /// Not theirs, none at all, or none was asked for.
    Outside,
    /// Theirs, by an address that it had before; this is the slug that it has now.
    Moved(String),
}

/// What the guard found out about whoever asks.
pub(super) struct Found {
    pub user: User,
    pub confirmed: Option<Confirmed>,
    pub seen: Seen,
    /// Name, slug and time zone of the workspace around the page.
    pub workspace: Option<(String, String, Zone)>,
    /// All that they may enter.
    pub homes: Vec<Home>,
}

/// Session, user, and the memberships, of which one may be asked for.
pub(super) fn find(
    conn: &mut PgConnection,
    digest: SessionDigest,
    asked: Option<(String, Kept)>,
    mut source: Source,
    now: DateTime<Utc>,
) -> Result<Result<Found, Ended>> {
    let resumed = match store::resume(conn, WHY, digest, &source, now)? {
        Ok(resumed) => resumed,
        Err(ended) => return Ok(Err(ended)),
    };
    let user = resumed.user;
    source.session = Some(resumed.handle);
    let confirmed = Confirmed::since(resumed.confirmed_at, now);
    let memberships = people::memberships(conn, WHY, user.id)?;
    let open = || memberships.iter().filter(|m| m.may_enter());
    let homes = open().map(MemberView::home).collect();
    let place = |m: &MemberView| (m.workspace_name.clone(), m.slug.clone(), m.zone);
    // A page about oneself, and one of nobody's, are around the workspace in which one was last.
    let last = open().reduce(|one, other| match other.last_seen_at > one.last_seen_at {
        true => other,
        false => one,
    });
    let mut workspace = last.map(place);
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
    Ok(Actor::new(
        Who::Member {
            id: member.id,
            name: user.name.clone(),
            role: member.role,
            permissions: people::permissions_of(conn, WHY, member)?,
        },
        member.workspace,
        source,
    ))
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
