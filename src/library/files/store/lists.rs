//! Files of one folder in a list.

use diesel::{dsl::count_star, prelude::*};

use crate::{
    actor::FolderRole,
    error::Result,
    ids::FileId,
    library::{
        files::model::{File, Order, Place},
        model::Visibility,
    },
    policy::{AddToFolder, FolderPermit, ReadFolder},
    schema::files,
    web::paging::Cursor,
};

/// Where a list goes on: after a place and an id.
pub type After = Cursor<FileId, Place>;

type Files<'a> = diesel::helper_types::IntoBoxed<'a, files::table, diesel::pg::Pg>;

/// Those of the folder; what is unlisted for its Editors only.
fn met<'a>(permit: &FolderPermit<ReadFolder>) -> Files<'a> {
    let query = files::table
        .filter(files::workspace_id.eq(permit.workspace()))
        .filter(files::folder_id.eq(permit.folder()))
        .filter(files::trashed_at.is_null())
        .into_boxed();
    match permit.role() {
        Some(FolderRole::Editor) => query,
        _ => query.filter(files::visibility.eq(Visibility::Listed)),
    }
}

/// At most `most`, after one of them. A place of another order counts as none.
pub fn list(
    conn: &mut PgConnection,
    permit: &FolderPermit<ReadFolder>,
    order: Order,
    (after, most): (Option<&After>, i64),
) -> Result<Vec<File>> {
    /// In the direction of the order, and beyond the place and the id.
    macro_rules! by {
        ($query:ident, $column:ident, $place:ident, $way:ident, $beyond:ident, $from:ident) => {{
            let mut query = $query.order((files::$column.$way(), files::id.$way()));
            if let Some((Place::$place(at), id)) = after.map(|after| (after.at.clone(), after.id)) {
                query = query
                    .filter(files::$column.$from(at.clone()))
                    .filter(files::$column.$beyond(at).or(files::id.$beyond(id)));
            }
            query
        }};
    }
    let query = met(permit);
    let query = match order {
        Order::Name => by!(query, folded, Name, asc, gt, ge),
        Order::NameReversed => by!(query, folded, Name, desc, lt, le),
        Order::Changed => by!(query, updated_at, Changed, desc, lt, le),
        Order::ChangedReversed => by!(query, updated_at, Changed, asc, gt, ge),
        Order::Size => by!(query, size, Size, desc, lt, le),
        Order::SizeReversed => by!(query, size, Size, asc, gt, ge),
    };
    Ok(query.limit(most).select(File::as_select()).load(conn)?)
}

/// How many there are to be met.
pub fn count_in(conn: &mut PgConnection, permit: &FolderPermit<ReadFolder>) -> Result<i64> {
    Ok(met(permit).select(count_star()).first(conn)?)
}

/// What of the folder is in the trash by itself, what came last first.
pub fn list_trash(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    most: i64,
) -> Result<Vec<File>> {
    Ok(files::table
        .filter(files::workspace_id.eq(permit.workspace()))
        .filter(files::folder_id.eq(permit.folder()))
        .filter(files::trashed_at.is_not_null())
        .order((files::trashed_at.desc(), files::id.desc()))
        .limit(most)
        .select(File::as_select())
        .load(conn)?)
}
