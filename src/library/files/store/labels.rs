//! Labels, and what they are on.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::count_star,
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Uuid},
};

use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::{FileId, LabelId},
    library::files::model::{Label, LabelName},
    policy::{AddToFolder, FolderPermit, ManageLabels, Permit, UseLibrary},
    schema::{file_labels, labels as rows},
    web::paging::Cursor,
};

fn taken(name: &str) -> Error {
    field(
        "name",
        format!("A label called {name} is there already. Use another name"),
    )
}

/// By name: at most `most`, after one of them.
pub fn labels(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (after, most): (Option<&Cursor<LabelId, String>>, i64),
) -> Result<Vec<Label>> {
    let mut query = rows::table
        .filter(rows::workspace_id.eq(permit.workspace()))
        .order((rows::folded, rows::id))
        .limit(most)
        .select(Label::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query
            .filter(rows::folded.ge(after.at.clone()))
            .filter(rows::folded.gt(after.at.clone()).or(rows::id.gt(after.id)));
    }
    Ok(query.load(conn)?)
}

/// On how many files each of these is, in the trash too; of none it says nothing.
pub fn used_labels(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    ids: &[LabelId],
) -> Result<HashMap<LabelId, i64>> {
    let counts: Vec<(LabelId, i64)> = file_labels::table
        .filter(file_labels::workspace_id.eq(permit.workspace()))
        .filter(file_labels::label_id.eq_any(ids))
        .group_by(file_labels::label_id)
        .select((file_labels::label_id, count_star()))
        .load(conn)?;
    Ok(counts.into_iter().collect())
}

/// The names of those on each of these files, in order.
pub fn labels_on(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    files: &[FileId],
) -> Result<HashMap<FileId, Vec<String>>> {
    let on: Vec<(FileId, String)> = file_labels::table
        .inner_join(
            rows::table.on(rows::workspace_id
                .eq(file_labels::workspace_id)
                .and(rows::id.eq(file_labels::label_id))),
        )
        .filter(file_labels::workspace_id.eq(permit.workspace()))
        .filter(file_labels::file_id.eq_any(files))
        .order((rows::folded, rows::id))
        .select((file_labels::file_id, rows::name))
        .load(conn)?;
    let mut all: HashMap<FileId, Vec<String>> = HashMap::new();
    for (file, name) in on {
        all.entry(file).or_default().push(name);
    }
    Ok(all)
}

/// Which label each of these names means, whatever the case; held until the caller's transaction ends. Names of none are
/// missing.
pub fn labels_called(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    names: &[String],
) -> Result<HashMap<String, LabelId>> {
    #[derive(QueryableByName)]
    struct Called {
        #[diesel(sql_type = Text)]
        asked: String,
        #[diesel(sql_type = Uuid)]
        id: LabelId,
    }
    // The database makes both small, as its index does.
    let found: Vec<Called> = sql_query(
        "SELECT asked, labels.id FROM unnest($2) asked
         JOIN labels ON labels.workspace_id = $1 AND lower(labels.name) = lower(asked)
         ORDER BY labels.id FOR KEY SHARE OF labels",
    )
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Array<Text>, _>(names)
    .load(conn)?;
    Ok(found.into_iter().map(|one| (one.asked, one.id)).collect())
}

/// Exactly these are on it from now on.
pub fn set_labels(
    conn: &mut PgConnection,
    permit: &FolderPermit<AddToFolder>,
    file: FileId,
    ids: &[LabelId],
) -> Result<()> {
    diesel::delete(file_labels::table)
        .filter(file_labels::workspace_id.eq(permit.workspace()))
        .filter(file_labels::file_id.eq(file))
        .filter(file_labels::label_id.ne_all(ids))
        .execute(conn)?;
    let on: Vec<_> = ids
        .iter()
        .map(|label| {
            (
                file_labels::workspace_id.eq(permit.workspace()),
                file_labels::file_id.eq(file),
                file_labels::label_id.eq(label),
            )
        })
        .collect();
    diesel::insert_into(file_labels::table)
        .values(on)
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// To be changed.
pub fn find_label(
    conn: &mut PgConnection,
    permit: &Permit<ManageLabels>,
    id: LabelId,
) -> Result<Label> {
    Ok(rows::table
        .find((permit.workspace(), id))
        .select(Label::as_select())
        .for_update()
        .first(conn)?)
}

/// # Errors
/// `Invalid` under `name`: there is one of the same name, whatever the case.
pub fn insert_label(
    conn: &mut PgConnection,
    permit: &Permit<ManageLabels>,
    name: &LabelName,
    now: DateTime<Utc>,
) -> Result<Label> {
    diesel::insert_into(rows::table)
        .values((
            rows::workspace_id.eq(permit.workspace()),
            rows::id.eq(LabelId::fresh()),
            rows::name.eq(name.text()),
            rows::created_at.eq(now),
            rows::updated_at.eq(now),
        ))
        .returning(Label::as_returning())
        .get_result(conn)
        .on_constraint("labels_name_unique", || taken(name.text()))
}

/// # Errors
/// As [`insert_label`].
pub fn change_label(
    conn: &mut PgConnection,
    permit: &Permit<ManageLabels>,
    (id, name): (LabelId, &LabelName),
    now: DateTime<Utc>,
) -> Result<Label> {
    diesel::update(rows::table.find((permit.workspace(), id)))
        .set((rows::name.eq(name.text()), rows::updated_at.eq(now)))
        .returning(Label::as_returning())
        .get_result(conn)
        .on_constraint("labels_name_unique", || taken(name.text()))
}

/// It is taken off all files.
pub fn delete_label(
    conn: &mut PgConnection,
    permit: &Permit<ManageLabels>,
    id: LabelId,
) -> Result<()> {
    diesel::delete(rows::table.find((permit.workspace(), id))).execute(conn)?;
    Ok(())
}
