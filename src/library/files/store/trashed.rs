//! Files in the trash, as pages list them.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, Bool, Text, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::{FileId, FolderId},
    library::files::model::File,
    policy::{Permit, UseLibrary},
    schema::files,
    web::paging::{Cursor, Stretch},
};

/// What was put there by itself and not with its folder: what went last comes first. `edited`: where whoever looks is Editor.
pub fn trashed(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    edited: &[FolderId],
    (words, stretch): (&[String], &Stretch<FileId>),
    most: i64,
) -> Result<Vec<File>> {
    let is_edited = sql::<Bool>(
        "EXISTS (SELECT FROM folders f WHERE f.workspace_id = files.workspace_id AND f.id = files.folder_id
                 AND f.trashed_at IS NULL AND f.path && ",
    )
    .bind::<Array<Uuid>, _>(edited)
    .sql(")");
    let mut query = files::table
        .filter(files::workspace_id.eq(permit.workspace()))
        .filter(files::trashed_at.is_not_null())
        .filter(is_edited)
        .into_boxed();
    for word in words {
        let is_in = sql::<Bool>("position(folded(")
            .bind::<Text, _>(word.clone())
            .sql(") IN files.folded) > 0");
        query = query.filter(is_in);
    }
    let beyond = |start, place: &Cursor<FileId>| {
        let start = sql::<Bool>(start)
            .bind::<Timestamptz, _>(place.at)
            .sql(", ");
        start.bind::<Uuid, _>(place.id).sql(")")
    };
    let newest = (files::trashed_at.desc(), files::id.desc());
    let query = match stretch {
        Stretch::Newest => query.order(newest),
        Stretch::OlderThan(place) => query
            .filter(beyond("(files.trashed_at, files.id) < (", place))
            .order(newest),
        Stretch::NewerThan(place) => query
            .filter(beyond("(files.trashed_at, files.id) > (", place))
            .order((files::trashed_at.asc(), files::id.asc())),
    };
    Ok(query.limit(most).select(File::as_select()).load(conn)?)
}
