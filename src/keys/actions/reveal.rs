//! *Reveal*: a recoverable key's secret, shown again.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use crate::{
    actor::{Actor, Confirmed},
    audit,
    error::{Error, Result},
    ids::KeyId,
    keys::{
        model::{Key, Recovery},
        seal::{KeySeal, SecretRow},
        secret::Secret,
        store,
    },
    policy::{RevealKeys, permit},
};

const OVER: &str = "This value of the key has ended. Open the key again to see which it has now.";
const NOT_OPENED: &str = "The stored secret of this key cannot be opened by this server: it was sealed with another master key, \
                          or for another key. The key itself works as before. Rotate the key to get a value that can be shown.";

/// Says before anybody confirms anything what [`reveal`] would say after.
///
/// # Errors
/// `Conflict`: its secret cannot be shown again.
pub fn check_recoverable(key: &Key) -> Result<()> {
    match (key.recovery, key.revoked_at) {
        (Recovery::Possible, _) => Ok(()),
        (Recovery::Never, _) => Err(Error::Conflict(
            "This key was not made recoverable: its secret is not stored, so it cannot be shown again.",
        )),
        (Recovery::Over, Some(_)) => Err(Error::Conflict(
            "This key is revoked. Its stored secret was destroyed with it, so it cannot be shown again.",
        )),
        (Recovery::Over, None) => Err(Error::Conflict(
            "This key is no longer recoverable: its stored secret was destroyed when it was revoked, and restoring the key \
             did not bring it back.",
        )),
    }
}

/// The secret of a recoverable key: the newest, or the one of that version. It must not be shown before the caller's
/// transaction is committed: then the log says that somebody looked.
///
/// # Errors
/// `Conflict`: it cannot be shown again, or not here.
pub fn reveal(
    conn: &mut PgConnection,
    actor: &Actor,
    (seal, _): (&KeySeal, Confirmed),
    (id, version): (KeyId, Option<i32>),
    now: DateTime<Utc>,
) -> Result<(Key, Secret)> {
    let permit = permit::<RevealKeys>(actor)?;
    // Held, so that it is not revoked between the look and the word about it.
    let key = store::lock_to_reveal(conn, &permit, id)?;
    check_recoverable(&key)?;
    let found = store::sealed(conn, &permit, id, now)?;
    let wanted = found
        .into_iter()
        .find(|one| version.is_none_or(|version| one.version == version))
        .ok_or(Error::Conflict(OVER))?;
    let row = SecretRow {
        workspace: permit.workspace(),
        key: id,
        version: wanted.version,
    };
    let opened = seal.open(row, &wanted.sealed.unwrap_or_default());
    let secret = opened.ok_or_else(|| {
        let version = wanted.version;
        log::error!("the sealed secret {version} of key {id} does not open with this master key");
        Error::Conflict(NOT_OPENED)
    })?;
    let entry = audit::Entry {
        after: Some(json!({ "secret_version": wanted.version })),
        ..super::entry("key.revealed", None, &key, now)
    };
    audit::record(conn, actor, entry, now)?;
    Ok((key, secret))
}
