//! How much a workspace has, and how much it may have.

use diesel::{
    ExpressionMethods, OptionalExtension, PgConnection, QueryDsl, RunQueryDsl, Selectable,
    SelectableHelper, prelude::Queryable,
};

use crate::{
    error::{Error, Result, field},
    ids::WorkspaceId,
    policy::{Action, ChangeWorkspace, Permit, Unscoped},
    schema::object_space,
    web::size,
};

/// What a limit may be set to at most: as much as 6,400 parts have.
pub const LARGEST_FILE: i64 = 50 << 30;
pub const LARGEST_SPACE: i64 = 1 << 50;

/// How much a workspace has and may have, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = object_space)]
pub struct Space {
    pub used: i64,
    /// Of one file.
    pub file_limit: i64,
    pub total_limit: i64,
}

impl Default for Space {
    /// As the database has it for a workspace that never had a file.
    fn default() -> Self {
        Self {
            used: 0,
            file_limit: 5 << 30,
            total_limit: 100 << 30,
        }
    }
}

/// The room of a workspace.
pub fn space<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<Space> {
    let found = object_space::table
        .find(permit.workspace())
        .select(Space::as_select())
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Of one file, and of all together. What is there already stays, also beyond it. The bounds are [`LARGEST_FILE`] and
/// [`LARGEST_SPACE`]; whoever calls this has checked them.
pub fn set_limits(
    conn: &mut PgConnection,
    permit: &Permit<ChangeWorkspace>,
    (file, total): (i64, i64),
) -> Result<Space> {
    make_space(conn, permit.workspace())?;
    Ok(diesel::update(object_space::table.find(permit.workspace()))
        .set((
            object_space::file_limit.eq(file),
            object_space::total_limit.eq(total),
        ))
        .returning(Space::as_returning())
        .get_result(conn)?)
}

fn make_space(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    diesel::insert_into(object_space::table)
        .values(object_space::workspace_id.eq(workspace))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// What an upload may have: its row comes next, in the same transaction.
pub(super) fn limit_of_file(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
) -> Result<u64> {
    make_space(conn, workspace)?;
    let limit: i64 = object_space::table
        .find(workspace)
        .select(object_space::file_limit)
        .first(conn)?;
    Ok(u64::try_from(limit).unwrap_or(0))
}

/// Is so much left? Others may take it before it comes.
pub(super) fn check(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    needed: u64,
) -> Result<()> {
    let needed = i64::try_from(needed).map_err(|_| Error::TooLarge)?;
    let space = object_space::table
        .find(workspace)
        .select(Space::as_select())
        .first(conn)?;
    match needed > 0 && needed > space.total_limit - space.used {
        true => Err(no_room(space.total_limit)),
        false => Ok(()),
    }
}

/// Takes as much as is wished, or where there is not so much left, as is needed. Whoever comes second waits for the
/// first, and then sees what is left.
pub(super) fn take(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    (needed, wished): (u64, u64),
) -> Result<i64> {
    let room = object_space::table.find(workspace);
    for more in [wished.max(needed), needed] {
        let more = i64::try_from(more).map_err(|_| Error::TooLarge)?;
        let taken = diesel::update(room)
            .filter((object_space::used + more).le(object_space::total_limit))
            .set(object_space::used.eq(object_space::used + more))
            .execute(conn)?;
        // Nothing more is always given, also beyond a limit that was lowered.
        if taken == 1 || more == 0 {
            return Ok(more);
        }
    }
    let total: i64 = room.select(object_space::total_limit).first(conn)?;
    Err(no_room(total))
}

fn no_room(total: i64) -> Error {
    let why = format!(
        "The workspace has no room for it: all its files, those in the trash too, may have {} together. Delete files for \
         good, or ask an admin for more under Settings → Library",
        size(total)
    );
    field("file", why)
}

pub(super) fn give_back(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    less: i64,
) -> Result<()> {
    diesel::update(object_space::table.find(workspace))
        .set(object_space::used.eq(object_space::used - less))
        .execute(conn)?;
    Ok(())
}
