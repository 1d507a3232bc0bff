//! One folder, and the tree that it is in.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Uuid},
};

use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::{FolderId, MemberId},
    library::model::{Folder, NewFolder, Path, Share},
    policy::{
        AddToFolder, ChangeFolder, FolderAction, FolderPermit, HandOverFolder, Permit,
        RestoreFolder, TrashFolder, UseLibrary,
    },
    schema::folders,
};

/// Whatever permit there is to see it; in the trash or not.
pub fn find_row(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    id: FolderId,
) -> Result<Folder> {
    Ok(folders::table
        .find((permit.workspace(), id))
        .select(Folder::as_select())
        .first(conn)?)
}

/// The same, as it is now, held until the caller's transaction ends, so that it stays where it is.
pub fn hold(conn: &mut PgConnection, permit: &Permit<UseLibrary>, id: FolderId) -> Result<Folder> {
    Ok(folders::table
        .find((permit.workspace(), id))
        .select(Folder::as_select())
        .for_share()
        .first(conn)?)
}

/// The same, to be changed.
pub fn lock(conn: &mut PgConnection, permit: &Permit<UseLibrary>, id: FolderId) -> Result<Folder> {
    Ok(folders::table
        .find((permit.workspace(), id))
        .select(Folder::as_select())
        .for_no_key_update()
        .first(conn)?)
}

/// Those on the way to a folder, from the top, itself included.
pub fn ancestors<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    path: &Path,
) -> Result<Vec<Folder>> {
    let mut found: Vec<Folder> = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(path.ids()))
        .select(Folder::as_select())
        .load(conn)?;
    found.sort_by_key(|folder| folder.path.depth());
    Ok(found)
}

fn taken(name: &str) -> Error {
    field(
        "name",
        format!("A folder called {name} is there already. Use another name"),
    )
}

trait Named<T> {
    fn named(self, name: &str) -> Result<T>;
}

impl<T> Named<T> for diesel::QueryResult<T> {
    /// There is none of the same name beside it, whatever the case.
    fn named(self, name: &str) -> Result<T> {
        match self {
            Err(diesel::result::Error::DatabaseError(_, info))
                if info.constraint_name() == Some("folders_name_unique_at_top") =>
            {
                Err(taken(name))
            }
            other => other.on_constraint("folders_name_unique_in_parent", || taken(name)),
        }
    }
}

/// # Errors
/// `Invalid` under `name`: there is one of the same name beside it.
pub fn insert(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    above: Option<(&FolderPermit<AddToFolder>, &Path)>,
    (new, owner): (&NewFolder, Option<MemberId>),
    now: DateTime<Utc>,
) -> Result<Folder> {
    let id = FolderId::fresh();
    diesel::insert_into(folders::table)
        .values((
            folders::workspace_id.eq(permit.workspace()),
            folders::id.eq(id),
            folders::parent_id.eq(above.map(|(permit, _)| permit.folder())),
            folders::path.eq(Path::of(above.map(|(_, path)| path), id)),
            folders::name.eq(&new.name),
            folders::description.eq(&new.description),
            folders::metadata.eq(&new.metadata),
            folders::visibility.eq(new.visibility),
            folders::owner_member_id.eq(owner),
            folders::created_at.eq(now),
            folders::updated_at.eq(now),
        ))
        .returning(Folder::as_returning())
        .get_result(conn)
        .named(&new.name)
}

/// Writes what is changed of it but for its place.
///
/// # Errors
/// `Invalid` under `name`: there is one of the same name beside it.
pub fn update(
    conn: &mut PgConnection,
    permit: &FolderPermit<ChangeFolder>,
    to: &Folder,
    now: DateTime<Utc>,
) -> Result<Folder> {
    diesel::update(folders::table.find((permit.workspace(), permit.folder())))
        .set((
            folders::name.eq(&to.name),
            folders::description.eq(&to.description),
            folders::metadata.eq(&to.metadata),
            folders::visibility.eq(to.visibility),
            folders::updated_at.eq(now),
        ))
        .returning(Folder::as_returning())
        .get_result(conn)
        .named(&to.name)
}

/// Moves a folder with all that is in it, under `lock_tree`. What is in the trash moves along.
///
/// # Errors
/// `Invalid`: under `name`, there is one of the same name; under `parent_id`, the tree would be too deep.
pub fn move_to(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    (folder, called): (&Folder, Option<&str>),
    above: Option<(&FolderPermit<AddToFolder>, &Path)>,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let id = permit.folder();
    let name = called.unwrap_or(&folder.name);
    let path = Path::of(above.map(|(_, path)| path), id);
    let from = i64::try_from(folder.path.depth()).unwrap_or(i64::MAX);
    let too_deep = || {
        field(
            "parent_id",
            "Folders can be 32 deep. This one would have deeper ones in it",
        )
    };
    let tail = sql::<Array<Nullable<Uuid>>>("")
        .bind::<Array<Nullable<Uuid>>, _>(path.clone())
        .sql(" || path[")
        .bind::<BigInt, _>(from + 1)
        .sql(":]");
    diesel::update(
        folders::table
            .filter(folders::workspace_id.eq(permit.workspace()))
            .filter(folders::path.contains(vec![id]))
            .filter(folders::id.ne(id)),
    )
    .set(folders::path.eq(tail))
    .execute(conn)
    .on_constraint("folders_depth", too_deep)?;
    diesel::update(folders::table.find((permit.workspace(), id)))
        .set((
            folders::parent_id.eq(above.map(|(permit, _)| permit.folder())),
            folders::name.eq(name),
            folders::path.eq(path),
            folders::updated_at.eq(now),
        ))
        .returning(Folder::as_returning())
        .get_result(conn)
        .named(name)
}

/// With what they had been given in it, which is gone then. None: it becomes the workspace's.
///
/// # Errors
/// `Invalid` under `name`: they have one of the same name.
pub fn set_owner(
    conn: &mut PgConnection,
    permit: &FolderPermit<HandOverFolder>,
    (name, owner): (&str, Option<MemberId>),
    now: DateTime<Utc>,
) -> Result<(Folder, Option<Share>)> {
    let folder = diesel::update(folders::table.find((permit.workspace(), permit.folder())))
        .set((
            folders::owner_member_id.eq(owner),
            folders::updated_at.eq(now),
        ))
        .returning(Folder::as_returning())
        .get_result(conn)
        .named(name)?;
    let had = match owner {
        Some(owner) => super::grants::forget_own(conn, permit.library(), owner)?,
        None => Vec::new(),
    };
    let here = had.into_iter().find(|share| share.folder == folder.id);
    Ok((folder, here))
}

/// A folder with all that is in it and not there already, under `lock_tree`: how many folders.
pub fn put_into_trash(
    conn: &mut PgConnection,
    permit: &FolderPermit<TrashFolder>,
    by: &str,
    now: DateTime<Utc>,
) -> Result<usize> {
    let within = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::path.contains(vec![permit.folder()]))
        .filter(folders::trashed_at.is_null());
    Ok(diesel::update(within)
        .set((
            folders::trashed_at.eq(now),
            folders::trashed_with.eq(permit.folder()),
            folders::trashed_by.eq(by),
        ))
        .execute(conn)?)
}

/// What was put there with a folder comes back with it, under the name that is given, under `lock_tree`.
///
/// # Errors
/// `Invalid` under `name`: there is one of the same name by now.
pub fn put_back(
    conn: &mut PgConnection,
    permit: &FolderPermit<RestoreFolder>,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let none: (Option<DateTime<Utc>>, Option<FolderId>, Option<String>) = (None, None, None);
    let back = diesel::update(folders::table.find((permit.workspace(), permit.folder())))
        .set((
            folders::name.eq(name),
            folders::trashed_at.eq(none.0),
            folders::trashed_with.eq(none.1),
            folders::trashed_by.eq(none.2.clone()),
            folders::updated_at.eq(now),
        ))
        .returning(Folder::as_returning())
        .get_result(conn)
        .named(name)?;
    let with_it = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::trashed_with.eq(permit.folder()));
    diesel::update(with_it)
        .set((
            folders::trashed_at.eq(none.0),
            folders::trashed_with.eq(none.1),
            folders::trashed_by.eq(none.2),
        ))
        .execute(conn)?;
    Ok(back)
}
