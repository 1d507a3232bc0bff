//! What pages about members show and change of the keys that they made.

mod take_over;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    actions,
    model::{Bulk, Grace, Key, Reason, State},
    pages::{status, tag},
    seal::KeySeal,
    store::{self, Listed},
};
use crate::{
    actor::Actor,
    error::{Error, Result, field},
    ids::{KeyId, MemberId},
    key_files::Pepper,
    made_keys::{
        Decided, DecidedKey, Decision, Decisions, Left, MadeKey, MadeKeys, OfferedGrace, TakenKey,
    },
    policy::{LeaveWorkspace, ListKeys, ManageKeys, permit},
    web::time::Zone,
    workspaces,
};

/// To be passed to whoever shows members.
pub fn made_keys(pepper: Arc<Pepper>, seal: Arc<KeySeal>) -> Arc<dyn MadeKeys> {
    Arc::new(Keys { pepper, seal })
}

/// With what a key that is taken over gets its new secret by.
struct Keys {
    pepper: Arc<Pepper>,
    seal: Arc<KeySeal>,
}

impl MadeKeys for Keys {
    fn count(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        members: &[MemberId],
    ) -> Result<HashMap<MemberId, i64>> {
        store::count_made(conn, &permit(actor)?, members)
    }

    fn living(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        most: i64,
        at: (Zone, DateTime<Utc>),
    ) -> Result<(Vec<MadeKey>, i64)> {
        let permit = permit::<ListKeys>(actor)?;
        let total = store::count_living(conn, &permit, member, at.1)?;
        let listed = store::living_of(conn, &permit, member, most, at)?;
        let keys = listed.into_iter().map(|listed| shown(listed, at.1));
        Ok((keys.collect(), total))
    }

    fn count_own(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Left> {
        let member = actor.member_id().ok_or(Error::NotFound)?;
        let permit = permit::<LeaveWorkspace>(actor)?;
        let personal = store::count_personal(conn, &permit, member, now)?;
        Ok(Left {
            made: store::count_living(conn, &permit, member, now)? - personal,
            personal,
        })
    }

    fn count_personal(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        now: DateTime<Utc>,
    ) -> Result<i64> {
        store::count_personal(conn, &permit::<ListKeys>(actor)?, member, now)
    }

    fn graces(&self) -> Vec<OfferedGrace> {
        let offered = Grace::USUAL.into_iter().map(|grace| OfferedGrace {
            seconds: grace.seconds(),
            text: grace.words(),
            is_usual: grace == Grace::DEFAULT,
        });
        offered.collect()
    }

    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        decisions: &Decisions,
        now: DateTime<Utc>,
    ) -> Result<(Decided, Vec<TakenKey>)> {
        let permit = permit::<ManageKeys>(actor)?;
        let rotation = take_over::rotation(decisions)?;
        // Held before the keys are, as for any rotation.
        workspaces::key_lifetimes(conn, &permit)?;
        let living = store::count_living(conn, &permit, member, now)?;
        let mut each = decisions.each.clone();
        if decisions.others != Decision::Keep {
            let named = each.keys().copied().collect();
            let others = store::living_ids_of(conn, &permit, member, named, now)?;
            each.extend(others.into_iter().map(|id| (id, decisions.others)));
        }
        let ids: BTreeSet<KeyId> = each.keys().copied().collect();
        // All at once, so that two who decide at once wait for each other, not in a circle.
        let keys = store::lock_all(conn, &permit, &ids)?;
        if keys
            .iter()
            .any(|key| key.created_by_member_id != Some(member))
        {
            return Err(Error::NotFound);
        }
        let kept = keys
            .iter()
            .filter(|key| each.get(&key.id) == Some(&Decision::Keep));
        let mut skipped: BTreeMap<KeyId, &'static str> = kept
            .filter_map(|key| Some((key.id, over(key.state(now))?)))
            .collect();
        for (decision, bulk) in [
            (Decision::Deactivate, Bulk::Deactivate),
            (Decision::Revoke, Bulk::Revoke(Reason::Unneeded)),
        ] {
            let those = each.iter().filter(|(_, d)| **d == decision);
            let those: BTreeSet<KeyId> = those.map(|(id, _)| *id).collect();
            skipped.extend(change(conn, actor, &bulk, &those, now)?);
        }
        let mut taken = Vec::new();
        for key in &keys {
            if each.get(&key.id) == Some(&Decision::TakeOver) {
                match self.take_over(conn, actor, key, &rotation, now)? {
                    Ok(one) => taken.push(one),
                    Err(why) => drop(skipped.insert(key.id, why)),
                }
            }
        }
        let label_of = |key: &Key| taken.iter().find(|t| t.id == key.id).map(|t| &t.label);
        let is_living = |key: &&Key| over(key.state(now)).is_none();
        let named = keys.iter().filter(is_living).count();
        let decided = Decided {
            others_kept: (living - i64::try_from(named).unwrap_or(i64::MAX)).max(0),
            keys: keys
                .iter()
                .map(|key| DecidedKey {
                    id: key.id,
                    is_publishable: key.kind.is_publishable(),
                    is_personal: key.owner_member_id.is_some(),
                    label: label_of(key).unwrap_or(&key.label).clone(),
                    was: label_of(key)
                        .filter(|label| **label != key.label)
                        .map(|_| key.label.clone()),
                    decision: each.get(&key.id).copied().unwrap_or(decisions.others),
                    skipped: skipped.get(&key.id).copied(),
                })
                .collect(),
        };
        Ok((decided, taken))
    }
}

/// Why a key that is kept does not work on.
fn over(state: State) -> Option<&'static str> {
    match state {
        State::Active | State::Rotating | State::Deactivated | State::Suspended => None,
        State::Revoked => Some("revoked already"),
        State::Expired => Some("expired already"),
    }
}

/// Those that stay as they are, and why.
fn change(
    conn: &mut PgConnection,
    actor: &Actor,
    bulk: &Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<BTreeMap<KeyId, &'static str>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let done = actions::change_all(conn, actor, bulk, ids, now);
    let (outcome, _) = done.map_err(|error| match error {
        Error::Invalid(_) => field(
            "others",
            "At most 2,000 keys change at once. Keep the others, and change them in the list of keys",
        ),
        other => other,
    })?;
    let skipped = outcome.skipped.into_iter();
    Ok(skipped.map(|(key, skip)| (key.id, skip.why())).collect())
}

fn shown(listed: Listed, now: DateTime<Utc>) -> MadeKey {
    let key = listed.key;
    let state = key.state(now);
    MadeKey {
        id: key.id,
        tag: tag(&key, state),
        status: status(state),
        is_personal: key.owner_member_id.is_some(),
        is_active: state.refusal().is_none(),
        is_rotating: key.old_until(now).is_some(),
        calls: listed.calls.all,
        last_use: listed.last_use.map(|last| (last.at, last.ip)),
        label: key.label,
    }
}
