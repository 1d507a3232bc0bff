//! The only queries over `installation` and `key_file_checks`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use subtle::ConstantTimeEq;

use crate::{
    error::Result,
    key_files::{Answer, MasterKey, Pepper},
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

/// Remembers what new versions of the key files answer, and compares the others.
///
/// # Errors
/// Outer: the database failed. Inner: a file is not the one this database was used with; the sentence says which.
pub fn check_key_files(
    conn: &mut PgConnection,
    _: Unscoped,
    pepper: &Pepper,
    master: &MasterKey,
) -> Result<Result<(), String>> {
    let mut known: Vec<(String, i32, Vec<u8>)> = key_file_checks::table
        .select((
            key_file_checks::purpose,
            key_file_checks::version,
            key_file_checks::answer,
        ))
        .load(conn)?;
    for (purpose, answers) in [("pepper", pepper.answers()), ("master", master.answers())] {
        let of_purpose = known.iter().filter(|(p, ..)| p == purpose).count();
        let mut shared = 0;
        for (version, answer) in answers {
            match known
                .iter()
                .position(|(p, v, _)| p == purpose && *v == version)
            {
                Some(at) if bool::from(known[at].2.ct_eq(&answer)) => {
                    known.swap_remove(at);
                    shared += 1;
                }
                Some(_) => {
                    return Ok(Err(format!(
                        "version {version} of the {} differs",
                        file(purpose)
                    )));
                }
                None if of_purpose > 0 && shared == 0 => {
                    return Ok(Err(format!(
                        "the {} has none of the versions in use",
                        file(purpose)
                    )));
                }
                None => remember(conn, purpose, version, &answer)?,
            }
        }
    }
    Ok(Ok(()))
}

fn file(purpose: &str) -> &'static str {
    match purpose {
        "pepper" => "pepper (KEYROOM_PEPPER_FILE)",
        _ => "master key (KEYROOM_MASTER_KEY_FILE)",
    }
}

/// Another process may do the same at the same moment.
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
