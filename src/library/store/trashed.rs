//! What is in the trash, as pages list it.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Timestamptz, Uuid},
};

use super::{listed::named, roles::Holder};
use crate::{
    error::Result,
    ids::FolderId,
    library::model::Folder,
    policy::{Permit, UseLibrary},
    schema::folders,
    web::paging::{Cursor, Stretch},
};

/// What was put into the trash itself, and not with another: what went last comes first. Of members who do not look after
/// all folders, what they edit.
pub fn trashed(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    is_all: bool,
    (words, stretch): (&[String], &Stretch<FolderId>),
    (most, now): (i64, DateTime<Utc>),
) -> Result<Vec<Folder>> {
    let mut query = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::trashed_with.eq(folders::id.nullable()))
        .into_boxed();
    if !is_all {
        let Holder::Member(me) = Holder::of(permit.actor()) else {
            return Ok(Vec::new());
        };
        let edits = sql::<Bool>(
            "(EXISTS (SELECT FROM folders a WHERE a.workspace_id = folders.workspace_id
                      AND a.id = ANY (folders.path) AND a.owner_member_id = ",
        )
        .bind::<Uuid, _>(me)
        .sql(
            ") OR EXISTS (SELECT FROM shares s WHERE s.workspace_id = folders.workspace_id
                      AND s.folder_id = ANY (folders.path) AND s.role = 'editor'
                      AND (s.expires_at IS NULL OR s.expires_at > ",
        )
        .bind::<Timestamptz, _>(now)
        .sql(") AND (s.member_id = ")
        .bind::<Uuid, _>(me)
        .sql(
            " OR s.group_id IN (SELECT group_id FROM group_members g WHERE g.workspace_id = s.workspace_id AND g.member_id = ",
        )
        .bind::<Uuid, _>(me)
        .sql("))))");
        query = query.filter(edits);
    }
    let beyond = |start, place: &Cursor<FolderId>| {
        let start = sql::<Bool>(start)
            .bind::<Timestamptz, _>(place.at)
            .sql(", ");
        start.bind::<Uuid, _>(place.id).sql(")")
    };
    let newest = (folders::trashed_at.desc(), folders::id.desc());
    let query = named(query, words);
    let query = match stretch {
        Stretch::Newest => query.order(newest),
        Stretch::OlderThan(place) => query
            .filter(beyond("(folders.trashed_at, folders.id) < (", place))
            .order(newest),
        Stretch::NewerThan(place) => query
            .filter(beyond("(folders.trashed_at, folders.id) > (", place))
            .order((folders::trashed_at.asc(), folders::id.asc())),
    };
    Ok(query.limit(most).select(Folder::as_select()).load(conn)?)
}
