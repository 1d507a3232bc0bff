//! The only queries over `sessions` and `session_visits`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::auto_type, prelude::*};

use super::session::{IDLE, LONGEST, SessionDigest, end_of};
use crate::{
    actor::{Person, Source},
    error::{Error, OnConstraint, Result},
    ids::{SessionHandle, UserId, WorkspaceId},
    people::User,
    policy::Unscoped,
    schema::{session_visits, sessions, users},
    web::Ended,
};

/// How exactly `last_seen_at` is kept: a write for each click would be waste.
const SEEN: TimeDelta = TimeDelta::minutes(1);

/// How many one person is shown.
pub const SHOWN: i64 = 100;

/// Somebody's session, while it lasts.
pub struct Resumed {
    pub user: User,
    pub handle: SessionHandle,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// As its owner sees it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Session {
    pub handle: SessionHandle,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    /// Where it was last seen.
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

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
            sessions::handle.eq(SessionHandle::fresh()),
            sessions::confirmed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whose session it is, or why it is none any more.
pub fn resume(
    conn: &mut PgConnection,
    _: Unscoped,
    digest: SessionDigest,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<Result<Resumed, Ended>> {
    type Found = (
        User,
        SessionHandle,
        DateTime<Utc>,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    );
    let found: Option<Found> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id_digest.eq(digest.0.as_slice()))
        .select((
            User::as_select(),
            sessions::handle,
            sessions::created_at,
            sessions::last_seen_at,
            sessions::confirmed_at,
        ))
        .first(conn)
        .optional()?;
    let Some((user, handle, created, seen, confirmed_at)) = found else {
        return Ok(Err(Ended::Elsewhere));
    };
    if let Some(ended) = end_of(created, seen, now) {
        return Ok(Err(ended));
    }
    if now - seen > SEEN {
        diesel::update(sessions::table.find(digest.0.to_vec()))
            .set((
                sessions::last_seen_at.eq(now),
                sessions::ip.eq(source.ip.map(|ip| ip.to_string())),
            ))
            .execute(conn)?;
    }
    Ok(Ok(Resumed {
        user,
        handle,
        confirmed_at,
    }))
}

/// Does it last?
pub fn lasts(
    conn: &mut PgConnection,
    _: Unscoped,
    handle: SessionHandle,
    now: DateTime<Utc>,
) -> Result<bool> {
    let session = sessions::table
        .filter(sessions::handle.eq(handle))
        .filter(is_live(now));
    Ok(diesel::select(diesel::dsl::exists(session)).get_result(conn)?)
}

/// True the first time this session enters this workspace.
///
/// # Errors
/// `Unauthenticated`: it has ended meanwhile.
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
        .execute(conn)
        .on_constraint("session_visits_session_fk", || Error::Unauthenticated)?;
    Ok(inserted == 1)
}

#[auto_type(no_type_alias)]
fn is_live(now: DateTime<Utc>) -> _ {
    let used_after: DateTime<Utc> = now - IDLE;
    let begun_after: DateTime<Utc> = now - LONGEST;
    sessions::last_seen_at
        .gt(used_after)
        .and(sessions::created_at.gt(begun_after))
}

/// One's own that last, with whether each is the one that asks: that first, then those seen last. One more than are
/// [`SHOWN`], if there are more.
pub fn list(
    conn: &mut PgConnection,
    person: &Person,
    here: SessionDigest,
    now: DateTime<Utc>,
) -> Result<Vec<(Session, bool)>> {
    let is_here = || sessions::id_digest.eq(here.0.to_vec());
    Ok(sessions::table
        .filter(sessions::user_id.eq(person.id))
        .filter(is_live(now))
        .select((Session::as_select(), is_here()))
        .order((
            is_here().desc(),
            sessions::last_seen_at.desc(),
            sessions::handle,
        ))
        .limit(SHOWN + 1)
        .load(conn)?)
}

/// Whoever has the id of a session may end it.
pub fn close(conn: &mut PgConnection, _: Unscoped, digest: SessionDigest) -> Result<()> {
    diesel::delete(sessions::table.find(digest.0.to_vec())).execute(conn)?;
    Ok(())
}

/// Ends one of one's own, and says which it was. Somebody else's is as none, and so is one that is over.
pub fn close_one(
    conn: &mut PgConnection,
    person: &Person,
    handle: SessionHandle,
    now: DateTime<Utc>,
) -> Result<Session> {
    Ok(diesel::delete(
        sessions::table
            .filter(sessions::user_id.eq(person.id))
            .filter(sessions::handle.eq(handle))
            .filter(is_live(now)),
    )
    .returning(Session::as_returning())
    .get_result(conn)?)
}

/// Ends every session of a person but one. Of those that end, it counts the ones that lasted.
pub fn close_others(
    conn: &mut PgConnection,
    person: &Person,
    kept: SessionDigest,
    now: DateTime<Utc>,
) -> Result<usize> {
    let ended: Vec<bool> = diesel::delete(
        sessions::table
            .filter(sessions::user_id.eq(person.id))
            .filter(sessions::id_digest.ne(kept.0.as_slice())),
    )
    .returning(is_live(now))
    .get_results(conn)?;
    Ok(ended.into_iter().filter(|lasted| *lasted).count())
}

/// Ends every session of a person, and counts as [`close_others`].
pub fn close_all(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<usize> {
    let ended: Vec<bool> = diesel::delete(sessions::table.filter(sessions::user_id.eq(user)))
        .returning(is_live(now))
        .get_results(conn)?;
    Ok(ended.into_iter().filter(|lasted| *lasted).count())
}

/// Forgets sessions whose cookie no browser has any more: until then, whoever brings it is told why it is over. One that
/// somebody is just ending is left for the next time.
pub fn sweep(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let over: Vec<Vec<u8>> = sessions::table
        .filter(sessions::last_seen_at.le(now - LONGEST))
        .select(sessions::id_digest)
        .for_update()
        .skip_locked()
        .load(conn)?;
    diesel::delete(sessions::table.filter(sessions::id_digest.eq_any(over))).execute(conn)?;
    Ok(())
}

/// The same session under a new id, now that its password was entered again; its visits follow.
///
/// # Errors
/// `Unauthenticated`: it has ended.
pub fn renew(
    conn: &mut PgConnection,
    person: &Person,
    old: SessionDigest,
    new: SessionDigest,
    now: DateTime<Utc>,
) -> Result<()> {
    let renewed = diesel::update(sessions::table.find(old.0.to_vec()))
        .filter(sessions::user_id.eq(person.id))
        .set((
            sessions::id_digest.eq(new.0.as_slice()),
            sessions::last_seen_at.eq(now),
            sessions::confirmed_at.eq(now),
        ))
        .execute(conn)?;
    if renewed == 1 {
        Ok(())
    } else {
        Err(Error::Unauthenticated)
    }
}
