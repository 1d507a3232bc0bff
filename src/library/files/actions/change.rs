//! What is said of a file, what it is called, and where it is.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{entry, merge};
use crate::{
    actor::Actor,
    audit,
    error::{Error, FieldError, Result, field},
    ids::{FileId, FolderId, LabelId},
    keys::hold_caller,
    library::{
        files::{
            find::{FoundFile, find_to_change},
            model::{File, FilePatch, MOST_LABELS},
            store,
        },
        find::{Found, check_ends_as_soon, may},
        model::{MetadataChange, composed},
        store as folders,
    },
    permissions::{Permission, Permissions},
    policy::{self, AddToFolder, UseLibrary, permit},
};

/// Changes what is given and leaves the rest; all of it or nothing. The same again changes nothing and leaves no entry.
///
/// # Errors
/// Those of [`find`](crate::library::files::find()), of a move for both ends. `Refused`: a field of metadata asks for a
/// permission that the key lacks. `Invalid`: under `name`, there is one of the same name; under `labels`, there is none of a
/// name; under `metadata` and `product`.
pub fn patch(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    patch: &FilePatch,
    now: DateTime<Utc>,
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    if patch.folder_id.is_some() {
        // Before any row is held: two folders are, and nothing is trashed or moved meanwhile.
        folders::share_tree(conn, &permit::<UseLibrary>(actor)?)?;
    }
    let found = find_to_change(conn, actor, id, now)?;
    let file = change(conn, actor, &found, patch, now)?;
    match patch.folder_id {
        Some(to) if to != file.folder_id => move_to(conn, actor, (&found, file), to, now),
        _ => Ok(file),
    }
}

pub(super) fn change(
    conn: &mut PgConnection,
    actor: &Actor,
    found: &FoundFile<AddToFolder>,
    patch: &FilePatch,
    now: DateTime<Utc>,
) -> Result<File> {
    let before = &found.file;
    let of_product = FilePatch::change_of(
        patch.clears_product,
        patch.product.as_ref(),
        &before.product,
    );
    let of_metadata = FilePatch::change_of(
        patch.clears_metadata,
        patch.metadata.as_ref(),
        &before.metadata,
    );
    check_metadata(actor, before, &of_metadata)?;
    let to = File {
        name: match &patch.name {
            None => before.name.clone(),
            Some(name) => name.text().to_owned(),
        },
        product: before.product.changed("product", &of_product)?,
        metadata: before.metadata.changed("metadata", &of_metadata)?,
        visibility: patch.visibility.unwrap_or(before.visibility),
        ..before.clone()
    };
    let labels = match &patch.labels {
        None => None,
        Some(names) => set_labels(conn, found, names)?,
    };
    if to.facts() == before.facts() && labels.is_none() {
        return Ok(to);
    }
    let after = store::update(conn, &found.folder.permit, &to, now)?;
    let (mut was, mut is) = (before.facts(), after.facts());
    if let Some((old, new)) = labels {
        merge(&mut was, json!({ "labels": old }));
        merge(&mut is, json!({ "labels": new }));
    }
    let action = match before.name == after.name {
        true => "file.changed",
        false => "file.renamed",
    };
    audit::record(conn, actor, entry(action, &after, Some(was), Some(is)), now)?;
    Ok(after)
}

/// A text under a new name asks for another permission than one that there is.
fn check_metadata(actor: &Actor, file: &File, change: &MetadataChange) -> Result<()> {
    let (adds, touches) = file.metadata.touched_by(change);
    let needed = [
        (adds, Permission::FileMetaCreate),
        (touches, Permission::FileMetaChange),
    ];
    let needed: Permissions = needed
        .into_iter()
        .filter(|(is_needed, _)| *is_needed)
        .map(|(_, permission)| permission)
        .collect();
    policy::check_holds(actor, &needed)
}

/// None: they were on it already. Otherwise the names before and after.
fn set_labels(
    conn: &mut PgConnection,
    found: &FoundFile<AddToFolder>,
    names: &[String],
) -> Result<Option<(Vec<String>, Vec<String>)>> {
    let (permit, id) = (&found.folder.permit, found.file.id);
    let names: Vec<String> = names.iter().map(|name| composed(name).into()).collect();
    let known = store::labels_called(conn, permit.library(), &names)?;
    if let Some(name) = names.iter().find(|name| !known.contains_key(*name)) {
        let why = format!("There is no label called {name}. Make it first, or leave it out");
        return Err(Error::Invalid(vec![FieldError::new("labels", why)]));
    }
    let ids: BTreeSet<LabelId> = known.into_values().collect();
    if ids.len() > MOST_LABELS {
        return Err(field(
            "labels",
            format!("Put at most {MOST_LABELS} labels on a file"),
        ));
    }
    let on = |conn: &mut PgConnection| {
        let all = store::labels_on(conn, permit.library(), &[id])?;
        Ok::<_, Error>(all.into_values().next().unwrap_or_default())
    };
    let before = on(conn)?;
    let ids: Vec<LabelId> = ids.into_iter().collect();
    store::set_labels(conn, permit, id, &ids)?;
    let after = on(conn)?;
    Ok((before != after).then_some((before, after)))
}

fn move_to(
    conn: &mut PgConnection,
    actor: &Actor,
    (from, file): (&FoundFile<AddToFolder>, File),
    to: FolderId,
    now: DateTime<Utc>,
) -> Result<File> {
    let library = permit::<UseLibrary>(actor)?;
    let row = folders::hold(conn, &library, to)?;
    let there: Found<AddToFolder> = may(conn, library, row, now)?;
    check_ends_as_soon(&from.folder.permit, &there.permit, "folder_id")?;
    let after = store::move_to(conn, &there.permit, &file, now)?;
    let facts = |folder: &Found<AddToFolder>| json!({ "folder": folder.folder.name, "folder_id": folder.folder.id });
    let entry = entry(
        "file.moved",
        &after,
        Some(facts(&from.folder)),
        Some(facts(&there)),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(after)
}
