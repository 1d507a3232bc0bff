//! The only queries over `sessions` and `session_visits`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::session::{IDLE, LONGEST, SessionDigest};
use crate::{
    actor::{Person, Source},
    error::{Error, Result},
    ids::{UserId, WorkspaceId},
    people::User,
    policy::Unscoped,
    schema::{session_visits, sessions, users},
};

/// How exactly `last_seen_at` is kept: a write for each click would be waste.
const SEEN: TimeDelta = TimeDelta::minutes(1);

pub fn open(
    conn: &mut PgConnection,
    _: Unscoped,
    digest: SessionDigest,
    user: UserId,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id_digest.eq(digest.0.as_slice()),
            sessions::user_id.eq(user),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::ip.eq(source.ip.map(|ip| ip.to_string())),
            sessions::user_agent.eq(source.user_agent.as_deref()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whose session it is, while it lasts.
pub fn resume(
    conn: &mut PgConnection,
    _: Unscoped,
    digest: SessionDigest,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    let found: Option<(User, DateTime<Utc>)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id_digest.eq(digest.0.as_slice()))
        .filter(sessions::last_seen_at.gt(now - IDLE))
        .filter(sessions::created_at.gt(now - LONGEST))
        .select((User::as_select(), sessions::last_seen_at))
        .first(conn)
        .optional()?;
    if let Some((_, seen)) = &found
        && now - seen > SEEN
    {
        diesel::update(sessions::table.filter(sessions::id_digest.eq(digest.0.as_slice())))
            .set(sessions::last_seen_at.eq(now))
            .execute(conn)?;
    }
    Ok(found.map(|(user, _)| user))
}

/// True the first time this session enters this workspace.
pub fn visit(
    conn: &mut PgConnection,
    _: Unscoped,
    digest: SessionDigest,
    workspace: WorkspaceId,
) -> Result<bool> {
    let visited = session_visits::table.find((workspace, digest.0.to_vec()));
    if diesel::select(diesel::dsl::exists(visited)).get_result(conn)? {
        return Ok(false);
    }
    let inserted = diesel::insert_into(session_visits::table)
        .values((
            session_visits::workspace_id.eq(workspace),
            session_visits::id_digest.eq(digest.0.as_slice()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Whoever has the id of a session may end it.
pub fn close(conn: &mut PgConnection, _: Unscoped, digest: SessionDigest) -> Result<()> {
    diesel::delete(sessions::table.find(digest.0.to_vec())).execute(conn)?;
    Ok(())
}

/// Ends every session of a person but one.
pub fn close_others(
    conn: &mut PgConnection,
    person: &Person,
    kept: SessionDigest,
) -> Result<usize> {
    Ok(diesel::delete(
        sessions::table
            .filter(sessions::user_id.eq(person.id))
            .filter(sessions::id_digest.ne(kept.0.as_slice())),
    )
    .execute(conn)?)
}

/// Ends every session of a person.
pub fn close_all(conn: &mut PgConnection, _: Unscoped, user: UserId) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(conn)?)
}

/// Forgets sessions that are over, and counters of days that are.
pub fn sweep(conn: &mut PgConnection, reason: Unscoped, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(
        sessions::table.filter(
            sessions::last_seen_at
                .le(now - IDLE)
                .or(sessions::created_at.le(now - LONGEST)),
        ),
    )
    .execute(conn)?;
    super::throttle::sweep(conn, reason, now)
}

/// The same session under a new id; its visits follow.
///
/// # Errors
/// `Unauthenticated`: it has ended.
pub fn rename(
    conn: &mut PgConnection,
    person: &Person,
    old: SessionDigest,
    new: SessionDigest,
) -> Result<()> {
    let renamed = diesel::update(sessions::table.find(old.0.to_vec()))
        .filter(sessions::user_id.eq(person.id))
        .set(sessions::id_digest.eq(new.0.as_slice()))
        .execute(conn)?;
    if renamed == 1 {
        Ok(())
    } else {
        Err(Error::Unauthenticated)
    }
}
