//! Keys that nobody uses: told 7 days before they are deactivated, and not at all if somebody uses them meanwhile.

use chrono::TimeDelta;
use diesel::PgConnection;

use super::warn::{Teller, notice};
use crate::{
    actor::{Actor, Source, Who},
    audit,
    error::Result,
    ids::KeyId,
    keys::{
        actions, letter,
        model::{Key, MOST_TOLD},
        store::{self, Told, Warned},
    },
    notices::{self, KEY_EXPIRES_SOON, KEY_UNUSED, Kind},
    people,
    workspaces::AHEAD,
};

/// Tells of those that nobody has used or changed for so long that a week is left. True: there may be more.
pub fn tell(conn: &mut PgConnection, teller: &Teller<'_>) -> Result<bool> {
    let (of, now) = (teller.of, teller.now);
    let (Some(days), Some(before)) = (of.unused_key_days, of.quiet_before(now)) else {
        return Ok(false);
    };
    let found = store::unused(conn, teller.reason, of.id, before, now + AHEAD)?;
    let more = i64::try_from(found.len()) == Ok(MOST_TOLD);
    let end = |key: &Told| (now + AHEAD).max(key.at + TimeDelta::days(days.number().into()));
    let rows: Vec<_> = found.iter().map(|key| (key.id, key.at, end(key))).collect();
    let ours = store::note_unused(conn, teller.reason, of.id, &rows, now)?;
    let told: Vec<_> = found
        .into_iter()
        .filter(|key| ours.contains(&key.id))
        .map(|key| {
            let (since, deactivates_at) = (key.at, end(&key));
            let kind = Kind::KeyUnused {
                since,
                deactivates_at,
            };
            (key, kind)
        })
        .collect();
    teller.tell(conn, &told, letter::unused)?;
    Ok(more)
}

/// Takes back what is not so any more, and deactivates the others whose time is over. True: there may be more.
pub fn settle(conn: &mut PgConnection, teller: &Teller<'_>) -> Result<bool> {
    let (of, reason, now) = (teller.of, teller.reason, teller.now);
    let before = of.quiet_before(now);
    let ripe = store::ripe(conn, reason, of.id, before, now)?;
    if ripe.is_empty() {
        return Ok(false);
    }
    store::hold_warned(conn, reason, of.id, &ripe)?;
    let held = store::warned(conn, reason, of.id, &ripe)?;
    let ids: Vec<KeyId> = held.iter().map(|key| key.id).collect();
    let end: Vec<Warned> = held
        .into_iter()
        .filter(|key| key.holds(before) && key.deactivates_at <= now)
        .collect();
    store::forget_warnings(conn, reason, of.id, &ids)?;
    let told: Vec<String> = ids.iter().map(KeyId::to_string).collect();
    notices::withdraw(conn, reason, of.id, ("key", &told), &[KEY_UNUSED])?;
    deactivate(conn, teller, &end)?;
    Ok(i64::try_from(ripe.len()) == Ok(MOST_TOLD))
}

fn deactivate(conn: &mut PgConnection, teller: &Teller<'_>, end: &[Warned]) -> Result<()> {
    let (of, reason, now) = (teller.of.id, teller.reason, teller.now);
    let ids: Vec<KeyId> = end.iter().map(|key| key.id).collect();
    let changed = store::deactivate_unused(conn, reason, of, &ids, now)?;
    let keyroom = Actor::new(Who::Keyroom, of, Source::default());
    let entries = changed
        .iter()
        .map(|(before, after)| actions::entry("key.deactivated", Some(before), after, now));
    audit::record_all(conn, &keyroom, entries.collect(), now)?;
    let ended: Vec<String> = ids.iter().map(KeyId::to_string).collect();
    notices::withdraw(conn, reason, of, ("key", &ended), &[KEY_EXPIRES_SOON])?;
    let owners: Vec<_> = end.iter().filter_map(|key| key.owner).collect();
    let people = people::recipients(conn, reason, of, &owners)?;
    let all: Vec<_> = end
        .iter()
        .zip(&changed)
        .filter_map(|(warned, (_, key))| {
            let kind = Kind::KeyDeactivatedUnused {
                since: warned.since,
            };
            notice(&told(warned, key), &kind, &people)
        })
        .collect();
    notices::raise_all(conn, reason, of, &all, now)
}

fn told(warned: &Warned, key: &Key) -> Told {
    Told {
        id: key.id,
        label: key.label.clone(),
        created_at: key.created_at,
        created_by: key.created_by_member_id,
        owner: warned.owner,
        at: warned.since,
    }
}
