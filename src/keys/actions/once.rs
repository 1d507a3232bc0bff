//! A request that makes a value of a key and may be sent again: the answer may have been lost on its way, and with it the
//! only copy of the value.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{bounds, keep, record, rotate::Rotated, rotate::after};
use crate::{
    actor::Actor,
    error::{Error, Result, field},
    key_files::Pepper,
    keys::{
        model::{KNOWN_AGAIN, NamedRequest},
        seal::{KeySeal, SecretRow},
        secret::Secret,
        store::{self, Replay},
    },
    policy::{ManageKeys, permit},
};

const RUNS: &str =
    "A request with this Idempotency-Key is running. Send it again once that has been answered.";
const USED: &str = "The value that the request with this Idempotency-Key made has been used, so it arrived. It is not made \
                    anew: rotate the key to get another.";
const OTHER_SINCE: &str = "The key that the request with this Idempotency-Key made a value of has another value since, or is \
                           revoked. Send a request with another Idempotency-Key.";
const ANOTHER: &str = "Another request had this Idempotency-Key. Give this one a name of its own";

/// Does `first` once. The same request again is answered with another value of the same key, and the one before it stops,
/// as long as that one was never used.
///
/// # Errors
/// `Conflict`: the first runs still, or what it made has been used or changed. `Invalid`: another request has its name.
/// Those of `first`; again, those of [`Bounds::clear_secret`](crate::keys::model::Bounds::clear_secret).
pub fn once(
    conn: &mut PgConnection,
    actor: &Actor,
    kept_by: (&Pepper, &KeySeal),
    named: &NamedRequest,
    first: impl FnOnce(&mut PgConnection) -> Result<Rotated>,
    now: DateTime<Utc>,
) -> Result<Rotated> {
    let permit = permit::<ManageKeys>(actor)?;
    if !store::claim(conn, &permit, named)? {
        return Err(Error::Conflict(RUNS));
    }
    let before = store::find_replay(conn, &permit, named, now - KNOWN_AGAIN)?;
    let (made, version) = match before {
        None => {
            let made = first(conn)?;
            let version = store::secrets(conn, &permit, made.key.id, now)?.newest;
            let value = (made.key.id, version);
            store::note_first(conn, &permit, named, value, now)?;
            return Ok(made);
        }
        Some(replay) if replay.request != named.digest => {
            return Err(field("Idempotency-Key", ANOTHER));
        }
        Some(replay) => again(conn, actor, kept_by, &replay, now)?,
    };
    store::note_again(conn, &permit, named, version)?;
    Ok(made)
}

/// Another value, and its version.
fn again(
    conn: &mut PgConnection,
    actor: &Actor,
    kept_by: (&Pepper, &KeySeal),
    replay: &Replay,
    now: DateTime<Utc>,
) -> Result<(Rotated, i32)> {
    let (id, unused) = (replay.key_id, replay.secret_version);
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    let cleared = bounds.clear_secret(&before, before.expires_at)?;
    let now = after(&before, now);
    let secrets = store::secrets(conn, &permit, id, now)?;
    if before.revoked_at.is_some() || secrets.newest != unused || secrets.current.version != unused
    {
        return Err(Error::Conflict(OTHER_SINCE));
    }
    if replay.used_at.is_some() || store::was_called(conn, &permit, (id, unused))? {
        return Err(Error::Conflict(USED));
    }
    let secret = Secret::fresh(before.kind, id);
    let row = SecretRow {
        workspace: permit.workspace(),
        key: id,
        version: unused + 1,
    };
    let kept = keep(&secret, kept_by, row, before.is_recoverable())?;
    let both = (&secrets.current, kept);
    let key = store::supersede(conn, &permit, (id, cleared), both, now)?;
    let action = "key.secret_replaced";
    record(conn, &permit, action, Some(&before), &key, now)?;
    Ok((Rotated { key, secret }, row.version))
}
