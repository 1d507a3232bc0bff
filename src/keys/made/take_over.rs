//! Personal keys of somebody who leaves, of which each that is still needed becomes the workspace's.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::Keys;
use crate::{
    actor::Actor,
    error::{Error, Result, field},
    keys::{
        actions::{self, TakeOver},
        model::{Grace, Key, Rotation},
    },
    made_keys::{Decisions, NewValue, TakenKey},
    web::time::Zone,
};

/// Said where a label that was free is taken by the time it is written.
const LABEL_TAKEN: &str =
    "Somebody gave another key the same label at this moment. Nothing was changed. Try again.";

/// # Errors
/// `Invalid` under `grace`.
pub fn rotation(decisions: &Decisions) -> Result<Rotation> {
    let grace = match decisions.grace.as_str() {
        "" => Ok(Grace::DEFAULT),
        seconds => Grace::parse(seconds.parse().unwrap_or(-1)),
    };
    Ok(Rotation {
        grace: grace.map_err(|why| field("grace", why))?,
        lifetime: None,
        is_final: true,
        newest: None,
    })
}

impl Keys {
    /// A key whose label a key of the workspace has gets the next that is free: what runs on it is not to stop for that.
    /// `Err`: why it stays as it is.
    pub fn take_over(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        key: &Key,
        rotation: &Rotation,
        now: DateTime<Utc>,
    ) -> Result<Result<TakenKey, &'static str>> {
        if let Some(why) = stays(key, now) {
            return Ok(Err(why));
        }
        let Some(label) = actions::label_here(conn, actor, key)? else {
            return Ok(Err("no label like its own is free"));
        };
        let how = TakeOver {
            label: Some(&label),
            rotation,
        };
        // No date is set, so none depends on the zone.
        let at = (Zone::UTC, now);
        let kept_by = (&*self.pepper, &*self.seal);
        let taken = match actions::take_over(conn, actor, kept_by, key.id, &how, at) {
            Err(Error::Invalid(_)) => return Err(Error::Conflict(LABEL_TAKEN)),
            other => other?,
        };
        Ok(Ok(TakenKey {
            id: taken.key.id,
            value: NewValue::new(taken.secret.reveal().to_owned()),
            old_until: taken.key.rotating_until.unwrap_or(now),
            is_recoverable: taken.key.is_recoverable(),
            is_deactivated: taken.key.deactivated_at.is_some(),
            label: taken.key.label,
        }))
    }
}

/// Why a key cannot be taken over without a word more about it.
fn stays(key: &Key, now: DateTime<Utc>) -> Option<&'static str> {
    if key.owner_member_id.is_none() {
        Some("the workspace's already")
    } else if key.revoked_at.is_some() {
        Some("revoked already")
    } else if key.expires_at.is_some_and(|end| end <= now) {
        Some("expired already, so it needs a new date")
    } else {
        None
    }
}
