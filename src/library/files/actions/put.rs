//! A file comes into a folder where its name may be taken.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{add, replace};
use crate::{
    actor::Actor,
    error::{Error, Result, field},
    ids::FolderId,
    keys::hold_caller,
    library::{
        files::{
            model::{File, FileName, NewFile, Taken},
            store,
        },
        find::{Found, find, may},
        store as folders,
    },
    policy::{AddToFolder, UseLibrary, permit},
};

/// Puts a file into a folder. Where its name is taken, `taken` says what becomes of it.
///
/// # Errors
/// Those of [`library::find`](crate::library::find()). `Invalid` under `name`: it is left out, or there are too many of
/// that name.
pub fn put(
    conn: &mut PgConnection,
    actor: &Actor,
    folder: FolderId,
    new: NewFile,
    (taken, now): (Taken, DateTime<Utc>),
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let library = permit::<UseLibrary>(actor)?;
    // One after the other, so that a name that is free stays so.
    let row = folders::lock(conn, &library, folder)?;
    let found: Found<AddToFolder> = may(conn, library, row, now)?;
    let same = store::named(conn, &found.permit, std::slice::from_ref(&new.name))?;
    match (same.first(), taken) {
        (None, _) => add(conn, actor, &found, &new, now),
        (Some((id, _)), Taken::Replace) => replace(conn, actor, *id, &new, (|_| true, now)),
        (Some(_), Taken::LeaveOut) => Err(left_out()),
        (Some(_), Taken::KeepBoth) => {
            let name = free(conn, &found, &new.name)?;
            add(conn, actor, &found, &NewFile { name, ..new }, now)
        }
    }
}

/// Sooner than after all of it: would a file of this name be left out?
///
/// # Errors
/// As [`put`] where its name is taken.
pub fn check_free(
    conn: &mut PgConnection,
    actor: &Actor,
    folder: FolderId,
    name: &FileName,
    now: DateTime<Utc>,
) -> Result<()> {
    let found = find::<AddToFolder>(conn, actor, folder, now)?;
    match store::named(conn, &found.permit, std::slice::from_ref(name))?.is_empty() {
        true => Ok(()),
        false => Err(left_out()),
    }
}

fn left_out() -> Error {
    field(
        "name",
        "It was left out, because a file of that name is there already",
    )
}

/// The first with a number that nobody has.
fn free(conn: &mut PgConnection, found: &Found<AddToFolder>, name: &FileName) -> Result<FileName> {
    let all: Vec<FileName> = name.numbered().collect();
    let there = store::named(conn, &found.permit, &all)?;
    let there: Vec<String> = there.iter().map(|(_, name)| name.to_lowercase()).collect();
    let mut all = all.into_iter();
    let free = all.find(|name| !there.contains(&name.text().to_lowercase()));
    free.ok_or_else(|| {
        field(
            "name",
            "There are many files of that name already. Use another name",
        )
    })
}
