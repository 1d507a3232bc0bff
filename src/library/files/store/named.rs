//! Files by what they are called.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, Bool, Text},
};

use crate::{
    error::Result,
    ids::FileId,
    library::files::model::FileName,
    policy::{AddToFolder, FolderPermit},
    schema::files,
};

/// Those of the folder that are called like one of these, whatever the case.
pub fn named(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    names: &[FileName],
) -> Result<Vec<(FileId, String)>> {
    let names: Vec<&str> = names.iter().map(FileName::text).collect();
    // The database makes both small, as its index does.
    let is_one = sql::<Bool>("lower(name) IN (SELECT lower(one) FROM unnest(")
        .bind::<Array<Text>, _>(names)
        .sql(") one)");
    Ok(files::table
        .filter(files::workspace_id.eq(permit.workspace()))
        .filter(files::folder_id.eq(permit.folder()))
        .filter(files::trashed_at.is_null())
        .filter(is_one)
        .select((files::id, files::name))
        .load(conn)?)
}
