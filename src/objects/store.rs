//! The rows of objects, and the room that they take.

mod forget;
mod room;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    Connection, ExpressionMethods, OptionalExtension, PgConnection, QueryDsl, QueryableByName,
    RunQueryDsl, sql_query,
    sql_types::{Bool, Nullable, Text, Timestamptz, Uuid},
};

use super::{
    At,
    arrival::{PART, too_large},
};
use crate::{
    error::{Error, Result},
    ids::{InstallationId, ObjectId, WorkspaceId},
    policy::Unscoped,
    schema::{installation as installations, objects},
};
pub use forget::forget_some;
pub use room::{LARGEST_FILE, LARGEST_SPACE, Space, set_limits, space};

pub const ARRIVING: &str = "arriving";
const WHOLE: &str = "whole";
const KEPT: &str = "kept";
const ENDING: &str = "ending";

/// Held by a backup for as long as it reads, and by the collector for a moment.
const STILL: &str = "hashtext('keyroom contents')";

/// What an upload has been given.
pub struct Claimed {
    /// The room that it takes by now.
    pub size: u64,
    /// What a file may have.
    pub limit: u64,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// What the installation is called where several share a store.
pub fn installation(conn: &mut PgConnection, _: Unscoped) -> Result<InstallationId> {
    diesel::update(installations::table.filter(installations::id.is_null()))
        .set(installations::id.eq(InstallationId::fresh()))
        .execute(conn)?;
    let id: Option<InstallationId> = installations::table.select(installations::id).first(conn)?;
    id.ok_or(Error::NotFound)
}

/// Writes the row of an upload that needs so much room, and is wished to have as much: it must fit into what is left, and
/// has enough for its first part.
pub(super) fn begin(
    conn: &mut PgConnection,
    why: Unscoped,
    at: At,
    (needed, wished): (u64, u64),
    now: DateTime<Utc>,
) -> Result<Claimed> {
    let limit = room::limit_of_file(conn, why, at.workspace)?;
    if needed > limit {
        return Err(too_large(limit));
    }
    room::check(conn, why, at.workspace, needed)?;
    let first = (needed.min(PART as u64), wished.min(limit).min(PART as u64));
    let size = room::take(conn, why, at.workspace, first)?;
    diesel::insert_into(objects::table)
        .values((
            objects::workspace_id.eq(at.workspace),
            objects::id.eq(at.id),
            objects::state.eq(ARRIVING),
            objects::size.eq(size),
            objects::progressed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(Claimed {
        size: u64::try_from(size).unwrap_or(0),
        limit,
    })
}

fn collected() -> Error {
    Error::Away("the upload stood still for too long and was given up".to_owned())
}

/// Takes more room for an upload, or none, and notes that it goes on. Answers how much it has got.
pub(super) fn claim(
    conn: &mut PgConnection,
    why: Unscoped,
    at: At,
    more: (u64, u64),
    now: DateTime<Utc>,
) -> Result<u64> {
    let more = room::take(conn, why, at.workspace, more)?;
    let claimed = diesel::update(objects::table.find((at.workspace, at.id)))
        .filter(objects::state.eq(ARRIVING))
        .set((
            objects::size.eq(objects::size + more),
            objects::progressed_at.eq(now),
        ))
        .execute(conn)?;
    match claimed {
        1 => Ok(u64::try_from(more).unwrap_or(0)),
        _ => Err(collected()),
    }
}

/// The store's own name for it, without which it could not be ended there.
pub(super) fn note_upload(
    conn: &mut PgConnection,
    _: Unscoped,
    at: At,
    upload: &str,
) -> Result<()> {
    let noted = diesel::update(objects::table.find((at.workspace, at.id)))
        .filter(objects::state.eq(ARRIVING))
        .set(objects::upload_id.eq(upload))
        .execute(conn)?;
    match noted {
        1 => Ok(()),
        _ => Err(collected()),
    }
}

pub(super) fn finish(
    conn: &mut PgConnection,
    why: Unscoped,
    at: At,
    (size, sha256): (u64, [u8; 32]),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = objects::table.find((at.workspace, at.id));
    let claimed: Option<i64> = row
        .filter(objects::state.eq(ARRIVING))
        .select(objects::size)
        .for_update()
        .first(conn)
        .optional()?;
    let claimed = claimed.ok_or_else(collected)?;
    let size = i64::try_from(size).map_err(|_| Error::TooLarge)?;
    diesel::update(row)
        .set((
            objects::state.eq(WHOLE),
            objects::size.eq(size),
            objects::sha256.eq(sha256.as_slice()),
            objects::upload_id.eq(None::<&str>),
            objects::progressed_at.eq(now),
        ))
        .execute(conn)?;
    room::give_back(conn, why, at.workspace, claimed - size)
}

/// None: something refers to it. Otherwise nothing will any more, and the store's name of its upload.
pub(super) fn end(conn: &mut PgConnection, _: Unscoped, at: At) -> Result<Option<Option<String>>> {
    let row = objects::table.find((at.workspace, at.id));
    let ended = diesel::update(row)
        .filter(objects::state.ne(KEPT))
        .set(objects::state.eq(ENDING))
        .returning(objects::upload_id)
        .get_result(conn)
        .optional()?;
    match ended {
        Some(upload) => Ok(Some(upload)),
        None => {
            let kept: Option<String> = row.select(objects::state).first(conn).optional()?;
            Ok(kept.is_none().then_some(None))
        }
    }
}

/// It is no longer in the store. False: somebody else was quicker to say so.
pub(super) fn forget(conn: &mut PgConnection, why: Unscoped, at: At) -> Result<bool> {
    let freed: Option<i64> = diesel::delete(objects::table.find((at.workspace, at.id)))
        .filter(objects::state.eq(ENDING))
        .returning(objects::size)
        .get_result(conn)
        .optional()?;
    if let Some(size) = freed {
        room::give_back(conn, why, at.workspace, size)?;
    }
    Ok(freed.is_some())
}

#[derive(QueryableByName)]
struct Picked {
    #[diesel(sql_type = Uuid)]
    workspace_id: WorkspaceId,
    #[diesel(sql_type = Uuid)]
    id: ObjectId,
    #[diesel(sql_type = Nullable<Text>)]
    upload_id: Option<String>,
}

/// Objects that nothing refers to and that have not moved since `before`: nothing will refer to them from now on. Where one
/// cannot be ended now, it comes behind the others the next time.
pub(super) fn pick(
    conn: &mut PgConnection,
    _: Unscoped,
    (before, now): (DateTime<Utc>, DateTime<Utc>),
    most: usize,
) -> Result<Vec<(At, Option<String>)>> {
    if !may_delete(conn)? {
        return Ok(Vec::new());
    }
    let picked = sql_query(format!(
        "UPDATE objects SET state = '{ENDING}', progressed_at = $2 WHERE (workspace_id, id) IN (
             SELECT workspace_id, id FROM objects
             WHERE state <> '{KEPT}' AND progressed_at < $1
             ORDER BY progressed_at LIMIT {most} FOR UPDATE SKIP LOCKED)
         RETURNING workspace_id, id, upload_id"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Timestamptz, _>(now)
    .load::<Picked>(conn)?;
    let at = |row: &Picked| At {
        workspace: row.workspace_id,
        id: row.id,
    };
    Ok(picked
        .into_iter()
        .map(|row| (at(&row), row.upload_id))
        .collect())
}

/// The states of those that have a row. None: nothing may be deleted now.
pub(super) fn states(
    conn: &mut PgConnection,
    _: Unscoped,
    all: &[At],
) -> Result<Option<HashMap<At, String>>> {
    if !may_delete(conn)? {
        return Ok(None);
    }
    let rows: Vec<(WorkspaceId, ObjectId, String)> = objects::table
        .filter(objects::workspace_id.eq_any(all.iter().map(|at| at.workspace)))
        .filter(objects::id.eq_any(all.iter().map(|at| at.id)))
        .select((objects::workspace_id, objects::id, objects::state))
        .load(conn)?;
    let known = rows
        .into_iter()
        .map(|(workspace, id, state)| (At { workspace, id }, state));
    Ok(Some(known.collect()))
}

fn may_delete(conn: &mut PgConnection) -> Result<bool> {
    let asked = format!("SELECT pg_try_advisory_xact_lock({STILL}) AS held");
    Ok(sql_query(asked).get_result::<Held>(conn)?.held)
}

/// While this lives, no content is deleted.
pub struct Still(#[expect(dead_code, reason = "it holds a lock until it is closed")] PgConnection);

impl Still {
    /// # Errors
    /// The database is away.
    pub fn at(url: &str) -> anyhow::Result<Self> {
        let mut conn = PgConnection::establish(url)?;
        sql_query(format!("SELECT pg_advisory_lock_shared({STILL})")).execute(&mut conn)?;
        Ok(Self(conn))
    }
}
