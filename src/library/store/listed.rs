//! Folders as pages list them: sorted, searched, a page at a time in both directions.

use diesel::{
    dsl::{not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Array, Bool, Text, Timestamptz, Uuid},
};

use crate::{
    actor::FolderRole,
    error::Result,
    ids::FolderId,
    library::model::{By, Folder, Roles, Show, Sort, Stretch, Wanted},
    policy::{FolderPermit, Permit, ReadFolder, UseLibrary},
    schema::folders,
    web::paging::Cursor,
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn strpos(text: Text, part: Text) -> Integer;
    fn folded(text: Text) -> Text;
}

pub(super) type Query<'a> = folders::BoxedQuery<'a, Pg>;
type Predicate = Box<dyn BoxableExpression<folders::table, Pg, SqlType = Bool>>;

/// Those of a workspace that are not in the trash.
fn living<'a>(permit: &Permit<UseLibrary>) -> Query<'a> {
    folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::trashed_at.is_null())
        .into_boxed()
}

/// Those with each word in their name. The index knows pairs of letters, and what has them all is looked at; a single
/// letter is in most names.
pub(super) fn named<'a>(mut query: Query<'a>, words: &[String]) -> Query<'a> {
    for word in words {
        if word.chars().nth(1).is_some() {
            let has_pairs = sql::<Bool>("letter_pairs(folders.folded) @> sought_pairs(folded(");
            query = query.filter(has_pairs.bind::<Text, _>(word.clone()).sql("))"));
        }
        query = query.filter(strpos(folders::folded, folded(word.clone())).gt(0));
    }
    query
}

/// Beyond a row in the order of the list, or before it.
fn beyond<'a>(query: Query<'a>, place: &Cursor<FolderId, By>, is_back: bool) -> Query<'a> {
    let start = sql::<Bool>(match (&place.at, is_back) {
        (By::Name(_), false) => "(folders.folded, folders.id) > (",
        (By::Name(_), true) => "(folders.folded, folders.id) < (",
        (By::Changed(_), false) => "(folders.updated_at, folders.id) < (",
        (By::Changed(_), true) => "(folders.updated_at, folders.id) > (",
    });
    match &place.at {
        By::Name(name) => {
            let start = start.bind::<Text, _>(name.clone()).sql(", ");
            query.filter(start.bind::<Uuid, _>(place.id).sql(")"))
        }
        By::Changed(at) => {
            let start = start.bind::<Timestamptz, _>(*at).sql(", ");
            query.filter(start.bind::<Uuid, _>(place.id).sql(")"))
        }
    }
}

/// In the direction of the stretch.
fn load(conn: &mut PgConnection, query: Query<'_>, wanted: &Wanted) -> Result<Vec<Folder>> {
    let query = named(query, &wanted.words);
    let (query, is_back) = match &wanted.stretch {
        Stretch::Newest => (query, wanted.is_from_end),
        Stretch::OlderThan(place) => (beyond(query, place, false), false),
        Stretch::NewerThan(place) => (beyond(query, place, true), true),
    };
    let query = match (wanted.sort, is_back) {
        (Sort::Name | Sort::Size, false) => query.order((folders::folded.asc(), folders::id.asc())),
        (Sort::Name | Sort::Size, true) => {
            query.order((folders::folded.desc(), folders::id.desc()))
        }
        (Sort::Changed, false) => query.order((folders::updated_at.desc(), folders::id.desc())),
        (Sort::Changed, true) => query.order((folders::updated_at.asc(), folders::id.asc())),
    };
    Ok(query
        .limit(wanted.most)
        .select(Folder::as_select())
        .load(conn)?)
}

fn some(ids: Vec<FolderId>) -> Vec<Option<FolderId>> {
    ids.into_iter().map(Some).collect()
}

/// No list leads to it: on the way to it is one, or it is one, that is unlisted and that none of `roles` edits, and beneath that
/// none of them was given. What somebody has open, they have met.
fn is_hidden(roles: &Roles, open: Option<FolderId>) -> Predicate {
    let hidden = sql::<Bool>(
        "EXISTS (SELECT FROM folders above WHERE above.workspace_id = folders.workspace_id
                 AND above.id = ANY (folders.path) AND above.visibility = 'unlisted' AND NOT above.path && ",
    )
    .bind::<Array<Uuid>, _>(roles.edited())
    .sql(" AND NOT folders.path[cardinality(above.path) + 1:] && ")
    .bind::<Array<Uuid>, _>(roles.ids())
    .sql(" AND NOT folders.path[cardinality(above.path):] && ")
    .bind::<Array<Uuid>, _>(open.into_iter().collect::<Vec<_>>())
    .sql(")");
    Box::new(hidden)
}

/// Those in a folder; where something is looked for, also those within them. What is unlisted only for whoever edits it:
/// there, or by one of `roles`.
pub fn within(
    conn: &mut PgConnection,
    permit: &FolderPermit<ReadFolder>,
    roles: &Roles,
    wanted: &Wanted,
) -> Result<Vec<Folder>> {
    let all = living(permit.library());
    let mut query = match wanted.words.is_empty() {
        true => all.filter(folders::parent_id.eq(permit.folder())),
        false => all
            .filter(folders::path.contains(vec![permit.folder()]))
            .filter(folders::id.ne(permit.folder())),
    };
    if permit.role() != Some(FolderRole::Editor) {
        query = query.filter(not(is_hidden(roles, Some(permit.folder()))));
    }
    load(conn, query, wanted)
}

/// All in which somebody has a role, by itself or by one above it.
pub fn everywhere(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    roles: &Roles,
    wanted: &Wanted,
) -> Result<Vec<Folder>> {
    let query = living(permit)
        .filter(folders::path.overlaps_with(some(roles.ids())))
        .filter(not(is_hidden(roles, None)));
    load(conn, query, wanted)
}

/// Those in which somebody's roles begin: see [`Roles::tops`].
pub fn beginnings(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (roles, show): (&Roles, Show),
    wanted: &Wanted,
) -> Result<Vec<Folder>> {
    let query = living(permit).filter(folders::id.eq_any(roles.tops()));
    let me = permit.actor().member_id();
    let is_own = folders::owner_member_id.is_not_distinct_from(me);
    let query = match show {
        Show::All => query,
        Show::Own => query.filter(is_own),
        Show::Shared => query.filter(not(is_own)),
    };
    load(conn, query, wanted)
}

/// Those of these folders that there are, whatever their state; for pages that name where something is.
pub fn some_of(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    ids: &[FolderId],
) -> Result<Vec<Folder>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(ids))
        .select(Folder::as_select())
        .load(conn)?)
}
