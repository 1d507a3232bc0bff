//! The only queries over `installation` and `key_file_checks`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use subtle::ConstantTimeEq;

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

/// Remembers what new versions of the key files answer, and compares the others.
///
/// # Errors
/// Outer: the database failed. Inner: a file is not the one this database was used with; the sentence says which.
pub fn check_key_files(
    conn: &mut PgConnection,
    reason: Unscoped,
    pepper: &Pepper,
    master: &MasterKey,
) -> Result<Result<(), String>> {
    for (purpose, name, answers) in [
        ("pepper", "pepper (KEYROOM_PEPPER_FILE)", pepper.answers()),
        (
            "master",
            "master key (KEYROOM_MASTER_KEY_FILE)",
            master.answers(),
        ),
    ] {
        let before = known(conn, purpose)?;
        for (version, answer) in &answers {
            if !before.contains_key(version) {
                remember(conn, purpose, *version, answer)?;
            }
        }
        // Read again: another server may have remembered the same version of another file at this moment.
        let now = known(conn, purpose)?;
        let differs = |(version, answer): &&(i32, Answer)| {
            now.get(version)
                .is_none_or(|known| !bool::from(known.ct_eq(answer)))
        };
        if let Some((version, _)) = answers.iter().find(differs) {
            return Ok(Err(format!("version {version} of the {name} differs")));
        }
        if !before.is_empty() && !answers.iter().any(|(v, _)| before.contains_key(v)) {
            return Ok(Err(format!("the {name} has none of the versions in use")));
        }
    }
    let has = |version: &i32| pepper.answers().iter().any(|(v, _)| v == version);
    Ok(
        match keys::peppers_in_use(conn, reason)?.iter().find(|v| !has(v)) {
            Some(version) => Err(format!(
                "version {version} of the pepper (KEYROOM_PEPPER_FILE) is missing, and keys were made with it"
            )),
            None => Ok(()),
        },
    )
}

fn known(conn: &mut PgConnection, purpose: &str) -> Result<HashMap<i32, Vec<u8>>> {
    let answers: Vec<(i32, Vec<u8>)> = key_file_checks::table
        .filter(key_file_checks::purpose.eq(purpose))
        .select((key_file_checks::version, key_file_checks::answer))
        .load(conn)?;
    Ok(answers.into_iter().collect())
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
