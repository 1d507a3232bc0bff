//! The only queries over `installation` and `key_file_checks`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use diesel::prelude::*;

use super::model::KnownKeyFiles;
use crate::{
    error::Result,
    key_files::{Answer, MasterKey, Pepper},
    keys,
    policy::Unscoped,
    schema::{installation, key_file_checks},
};

pub fn is_set_up(conn: &mut PgConnection, _: Unscoped) -> Result<bool> {
    Ok(installation::table
        .select(installation::set_up_at.is_not_null())
        .first(conn)?)
}

/// Holds everybody else who sets up, until the caller's transaction ends. False: it was done before.
pub(super) fn begin(conn: &mut PgConnection, _: Unscoped) -> Result<bool> {
    let done: Option<DateTime<Utc>> = installation::table
        .select(installation::set_up_at)
        .for_update()
        .first(conn)?;
    Ok(done.is_none())
}

pub(super) fn finish(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    diesel::update(installation::table.filter(installation::set_up_at.is_null()))
        .set(installation::set_up_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Has this database been used with key files before?
pub fn knows_key_files(conn: &mut PgConnection, _: Unscoped) -> Result<bool> {
    let known = key_file_checks::table.select(key_file_checks::version);
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(conn)?)
}

/// # Errors
/// The database failed.
pub fn known_key_files(conn: &mut PgConnection, reason: Unscoped) -> Result<KnownKeyFiles> {
    Ok(KnownKeyFiles {
        pepper: known(conn, "pepper")?,
        master: known(conn, "master")?,
        peppers_in_use: keys::peppers_in_use(conn, reason)?,
    })
}

/// Compares the key files with what is remembered of them, and remembers their new versions.
///
/// # Errors
/// Outer: the database failed. Inner: a file is not the one this database was used with; the sentence says which.
pub fn check_key_files(
    conn: &mut PgConnection,
    reason: Unscoped,
    pepper: &Pepper,
    master: &MasterKey,
) -> Result<Result<(), String>> {
    let before = known_key_files(conn, reason)?;
    if let Err(wrong) = before.fit(pepper, master) {
        return Ok(Err(wrong));
    }
    for (purpose, known, answers) in [
        ("pepper", &before.pepper, pepper.answers()),
        ("master", &before.master, master.answers()),
    ] {
        for (version, answer) in &answers {
            if !known.contains_key(version) {
                remember(conn, purpose, *version, answer)?;
            }
        }
    }
    // Read again: another server may have remembered the same version of another file at this moment.
    Ok(known_key_files(conn, reason)?.fit(pepper, master))
}

fn known(conn: &mut PgConnection, purpose: &str) -> Result<BTreeMap<i32, String>> {
    let answers: Vec<(i32, Vec<u8>)> = key_file_checks::table
        .filter(key_file_checks::purpose.eq(purpose))
        .select((key_file_checks::version, key_file_checks::answer))
        .load(conn)?;
    let hex = |(version, answer): (i32, Vec<u8>)| (version, HEXLOWER.encode(&answer));
    Ok(answers.into_iter().map(hex).collect())
}

fn remember(conn: &mut PgConnection, purpose: &str, version: i32, answer: &Answer) -> Result<()> {
    diesel::insert_into(key_file_checks::table)
        .values((
            key_file_checks::purpose.eq(purpose),
            key_file_checks::version.eq(version),
            key_file_checks::answer.eq(answer.as_slice()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}
