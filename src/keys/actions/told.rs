//! What is told of keys is told no longer than it is so.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    error::Result,
    keys::model::{Key, State},
    notices::{self, KEY_DEACTIVATED_UNUSED, KEY_EXPIRES_SOON, KEY_UNUSED},
    policy::{Action, Permit},
};

/// After any change to keys: as they were, and as they are now.
pub fn settle<'a, A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    changed: impl IntoIterator<Item = (&'a Key, &'a Key)>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (mut all, mut ends_otherwise, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for (before, after) in changed {
        let (id, state) = (after.id.to_string(), after.state(now));
        let is_stopped = matches!(state, State::Deactivated | State::Revoked);
        let is_handed_over = before.owner_member_id != after.owner_member_id;
        if is_stopped || is_handed_over || before.expires_at != after.expires_at {
            ends_otherwise.push(id.clone());
        }
        // Somebody has decided what becomes of it.
        if state != State::Deactivated {
            seen.push(id.clone());
        }
        all.push(id);
    }
    notices::clear(conn, permit, ("key", &all), &[KEY_UNUSED])?;
    notices::clear(conn, permit, ("key", &ends_otherwise), &[KEY_EXPIRES_SOON])?;
    notices::clear(conn, permit, ("key", &seen), &[KEY_DEACTIVATED_UNUSED])
}
