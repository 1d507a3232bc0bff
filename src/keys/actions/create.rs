//! *Generate key*.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{bounds, record};
use crate::{
    actor::Actor,
    error::{Error, Result, field},
    ids::KeyId,
    key_files::Pepper,
    keys::{
        model::{Bounds, Key, NewKey},
        seal::{KeySeal, SecretRow},
        secret::Secret,
        store::{self, Kept},
    },
    policy::{self, ManageKeys, permit},
    workspaces,
};

/// Says before anything is typed whether somebody may make a key where they are: a personal one only as the workspace
/// allows it.
///
/// # Errors
/// `Forbidden`, with who can allow it.
pub fn check_may_make(conn: &mut PgConnection, actor: &Actor) -> Result<()> {
    let permit = permit::<ManageKeys>(actor)?;
    match permit.owner() {
        None => Ok(()),
        Some(_) => {
            let are_allowed = workspaces::has_personal_keys(conn, &permit)?;
            policy::check_may_have_personal_keys(actor, are_allowed)
        }
    }
}

/// Said of a key that is to be recoverable where none may.
const NOT_RECOVERABLE: &str =
    "The settings of this workspace do not let keys be recoverable. Generate the key without it";
/// Said of a publishable key that is to be.
const NO_SECRET: &str = "A publishable key can be seen any time. Leave this out";

/// The only moment in which the secret exists in the clear on our side, unless the key is recoverable: see [`reveal`]; of a
/// publishable key the value is kept.
///
/// # Errors
/// `Invalid` under `label` (taken), `permissions` (beyond what `actor`, or such a key, has) or `recoverable` (the workspace
/// has none); `Conflict`: the form made a key before. Those of [`Bounds::clear_new`].
pub fn create(
    conn: &mut PgConnection,
    actor: &Actor,
    kept_by: (&Pepper, &KeySeal),
    new: &NewKey,
    now: DateTime<Utc>,
) -> Result<(Key, Secret)> {
    create_from(conn, actor, kept_by, |_| Ok(new.clone()), now)
}

/// The same of what is only known from the bounds of whoever makes it.
///
/// # Errors
/// As [`create`], and those of `new`.
pub fn create_from(
    conn: &mut PgConnection,
    actor: &Actor,
    (pepper, seal): (&Pepper, &KeySeal),
    new: impl FnOnce(&Bounds) -> Result<NewKey>,
    now: DateTime<Utc>,
) -> Result<(Key, Secret)> {
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::new(), now))?;
    let new = &new(&bounds)?;
    let cleared = bounds.clear_new(new)?;
    new.kind
        .check(&new.permissions)
        .map_err(|why| field("permissions", why))?;
    if permit.owner().is_some() && new.kind.is_publishable() {
        return Err(field("kind", "A personal key is always a secret key"));
    }
    check_may_make(conn, actor)?;
    if new.recoverable && new.kind.is_publishable() {
        return Err(field("recoverable", NO_SECRET));
    }
    if new.recoverable && !workspaces::lets_keys_be_recoverable(conn, &permit)? {
        return Err(field("recoverable", NOT_RECOVERABLE));
    }
    let id = KeyId::fresh();
    let secret = Secret::fresh(new.kind, id);
    let row = SecretRow {
        workspace: permit.workspace(),
        key: id,
        version: 1,
    };
    let kept = keep(&secret, (pepper, seal), row, new.recoverable)?;
    let key = store::insert(conn, &permit, id, (new, cleared), kept, now)?;
    record(conn, &permit, "key.created", None, &key, now)?;
    Ok((key, secret))
}

/// What the database keeps of a secret: what checks it, and for a recoverable key what shows it again.
pub(super) fn keep(
    secret: &Secret,
    (pepper, seal): (&Pepper, &KeySeal),
    row: SecretRow,
    is_recoverable: bool,
) -> Result<Kept> {
    let pepper_version = pepper.current();
    let digest = secret
        .digest(pepper, pepper_version, row.workspace)
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("the pepper has no current version")))?;
    let sealed = is_recoverable
        .then(|| seal.close(row, secret))
        .transpose()?;
    Ok(Kept {
        version: row.version,
        digest,
        pepper_version,
        shown: secret.shown().map(str::to_owned),
        sealed,
        can_be_taken_back: true,
        expiry: (None, None),
    })
}
