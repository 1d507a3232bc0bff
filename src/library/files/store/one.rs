//! One file.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::{FileId, FolderId},
    library::files::model::{File, NewFile},
    policy::{AddToFolder, FolderPermit, Permit, UseLibrary},
    schema::files,
};

/// Wherever it is, in the trash too: whether somebody may know of it, its folder says.
pub fn find_row(conn: &mut PgConnection, permit: &Permit<UseLibrary>, id: FileId) -> Result<File> {
    Ok(files::table
        .find((permit.workspace(), id))
        .select(File::as_select())
        .first(conn)?)
}

/// In this folder, in the trash too, to be changed.
pub fn lock(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    id: FileId,
) -> Result<File> {
    Ok(files::table
        .find((permit.workspace(), id))
        .filter(files::folder_id.eq(permit.folder()))
        .select(File::as_select())
        .for_no_key_update()
        .first(conn)?)
}

fn taken(name: &str) -> Error {
    field(
        "name",
        format!("A file called {name} is in this folder already. Use another name"),
    )
}

fn named<T>(written: diesel::QueryResult<T>, name: &str) -> Result<T> {
    written.on_constraint("files_name_unique_in_folder", || taken(name))
}

/// What was stored for it is collected, or is about to be.
const STOOD_STILL: &str = "The upload stood still for too long and was given up. Send it again.";

/// # Errors
/// `Invalid` under `name`: there is one of the same name in the folder. `Conflict`: what was stored is gone.
pub fn insert(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    new: &NewFile,
    now: DateTime<Utc>,
) -> Result<File> {
    let actor = permit.actor();
    let inserted = diesel::insert_into(files::table)
        .values((
            (
                files::workspace_id.eq(permit.workspace()),
                files::id.eq(FileId::fresh()),
                files::folder_id.eq(permit.folder()),
                files::object_id.eq(new.object),
                files::name.eq(new.name.text()),
                files::size.eq(new.size),
                files::media_type.eq(&new.media_type),
                files::sha256.eq(new.sha256.as_slice()),
                files::version.eq(1),
            ),
            files::product.eq(serde_json::json!({})),
            files::metadata.eq(&new.metadata),
            files::visibility.eq(crate::library::model::Visibility::Listed),
            files::created_by_member_id.eq(actor.member_id()),
            files::created_by_key_id.eq(actor.key_id()),
            files::created_at.eq(now),
            files::updated_at.eq(now),
        ))
        .returning(File::as_returning())
        .get_result(conn);
    match inserted {
        Err(diesel::result::Error::DatabaseError(_, info))
            if info.constraint_name() == Some("files_object_fk") =>
        {
            Err(Error::Conflict(STOOD_STILL))
        }
        other => named(other, new.name.text()),
    }
}

/// Other contents: what it had before is let go.
///
/// # Errors
/// `Conflict`: what was stored is gone.
pub fn replace(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    id: FileId,
    new: &NewFile,
    now: DateTime<Utc>,
) -> Result<File> {
    diesel::update(files::table.find((permit.workspace(), id)))
        .set((
            files::object_id.eq(new.object),
            files::size.eq(new.size),
            files::media_type.eq(&new.media_type),
            files::sha256.eq(new.sha256.as_slice()),
            files::version.eq(files::version + 1),
            files::updated_at.eq(now),
        ))
        .returning(File::as_returning())
        .get_result(conn)
        .on_constraint("files_object_fk", || Error::Conflict(STOOD_STILL))
}

/// Writes what is changed of it but for contents, place and labels.
///
/// # Errors
/// `Invalid` under `name`: there is one of the same name in the folder.
pub fn update(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    to: &File,
    now: DateTime<Utc>,
) -> Result<File> {
    let written = diesel::update(files::table.find((permit.workspace(), to.id)))
        .set((
            files::name.eq(&to.name),
            files::product.eq(&to.product),
            files::metadata.eq(&to.metadata),
            files::visibility.eq(to.visibility),
            files::updated_at.eq(now),
        ))
        .returning(File::as_returning())
        .get_result(conn);
    named(written, &to.name)
}

/// Out of a folder that the caller may take it from, too.
///
/// # Errors
/// `Invalid` under `name`: there is one of the same name where it comes to.
pub fn move_to(
    conn: &mut PgConnection,
    to: &FolderPermit<AddToFolder>,
    file: &File,
    now: DateTime<Utc>,
) -> Result<File> {
    let there: FolderId = to.folder();
    let written = diesel::update(files::table.find((to.workspace(), file.id)))
        .set((files::folder_id.eq(there), files::updated_at.eq(now)))
        .returning(File::as_returning())
        .get_result(conn);
    named(written, &file.name)
}

pub fn put_into_trash(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    id: FileId,
    (by, now): (&str, DateTime<Utc>),
) -> Result<File> {
    Ok(diesel::update(files::table.find((permit.workspace(), id)))
        .set((files::trashed_at.eq(now), files::trashed_by.eq(by)))
        .returning(File::as_returning())
        .get_result(conn)?)
}

/// # Errors
/// `Invalid` under `name`: there is one of the same name by now.
pub fn put_back(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    id: FileId,
    (name, now): (&str, DateTime<Utc>),
) -> Result<File> {
    let written = diesel::update(files::table.find((permit.workspace(), id)))
        .set((
            files::name.eq(name),
            files::trashed_at.eq(None::<DateTime<Utc>>),
            files::trashed_by.eq(None::<&str>),
            files::updated_at.eq(now),
        ))
        .returning(File::as_returning())
        .get_result(conn);
    named(written, name)
}

/// For good.
pub fn destroy(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    id: FileId,
) -> Result<()> {
    diesel::delete(files::table.find((permit.workspace(), id))).execute(conn)?;
    Ok(())
}
