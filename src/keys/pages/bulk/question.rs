//! The question over the list: what would change, what is skipped, what that would break.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    super::{back::Next, list},
    words::{effect, keys, last_used, phrase},
};
use crate::{
    actor::Actor,
    error::Result,
    ids::KeyId,
    keys::{
        actions::{Changed, Outcome},
        model::{Bulk, BulkAction, Key, RESTORABLE, Reason, Setting, Settings, Skip, State},
        pages::{list::Read, list_path, revoke::made_too, tag},
        store::{self, Use},
        views::{BulkKey, BulkPage, Confirm, FromTo, SkippedKeys, Why},
    },
    policy::{ListKeys, permit},
    reached_folders::{Holder, Reach, ReachedFolders},
    web::{
        text,
        time::{self, Zone},
        ui::{ErrorSummary, Shell, first_folders, last_moment},
    },
};

/// Keys that the question names before it only counts them.
const NAMED: usize = 10;

/// What a change would do, what that would break, and the list behind the question.
pub struct Question {
    bulk: Bulk,
    pub outcome: Outcome,
    use_: Use,
    /// Keys that were made or rotated with them, and end with them if they are compromised.
    made: i64,
    list: Read,
    /// What they reach, if they are to stop.
    reach: Option<Reach>,
}

/// Folders that the question names.
const FOLDERS: usize = 5;

impl Question {
    pub fn about(
        conn: &mut PgConnection,
        actor: &Actor,
        bulk: Bulk,
        outcome: Outcome,
        (zone, now): (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let changing: Vec<KeyId> = outcome.changes.iter().map(|c| c.before.id).collect();
        let permit = permit::<ListKeys>(actor)?;
        Ok(Self {
            bulk,
            use_: store::use_of(conn, &permit, &changing, now)?,
            made: store::count_made_by(conn, &permit, &changing)?,
            list: list::read_newest(conn, actor, (zone, now))?,
            outcome,
            reach: None,
        })
    }

    /// With the folders that they reach no more, if they are to stop.
    pub fn losing(
        self,
        conn: &mut PgConnection,
        actor: &Actor,
        folders: &dyn ReachedFolders,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        if !matches!(self.bulk, Bulk::Revoke(_) | Bulk::Deactivate) {
            return Ok(self);
        }
        let keys = self.outcome.changes.iter().map(|change| &change.before);
        let holders: BTreeSet<Holder> = keys
            .map(|key| Holder::of_key(key.id, key.owner_member_id))
            .collect();
        let holders: Vec<Holder> = holders.into_iter().collect();
        let reach = folders.reach(conn, actor, &holders, EACH, now)?;
        Ok(Self {
            reach: Some(together(reach)),
            ..self
        })
    }

    /// With what was typed to confirm, and what is wrong with that.
    pub fn page(
        self,
        shell: Shell,
        next: &Next,
        (typed, mistake): (&str, Option<String>),
        now: DateTime<Utc>,
    ) -> BulkPage {
        let path = list_path(&shell);
        let back = next.or_list(&path);
        let action = self.bulk.action().unwrap_or(BulkAction::ChangeExpiry);
        let (noun, icon) = action.way();
        let phrase = phrase(action, self.outcome.changes.len());
        let why = (action == BulkAction::Revoke).then(|| Why {
            restorable_until: shell.zone.long_day(now + RESTORABLE),
            compromised: self.bulk == Bulk::Revoke(Reason::Compromised),
            made: made_too(self.made).replace("with it", "with them"),
            phrase: phrase.clone(),
            confirm: Confirm {
                value: typed.to_owned(),
                error: mistake.clone(),
                autofocus: mistake.is_none(),
            },
        });
        let Outcome { changes, skipped } = &self.outcome;
        let verb = text::capitalized(&phrase);
        BulkPage {
            action: format!("{path}/{noun}"),
            cancel: back.clone(),
            next: back,
            icon,
            text: effect(&self.bulk, shell.zone),
            notes: revived(changes, now).into_iter().collect(),
            hidden: Vec::new(),
            // Those that are skipped now are sent too: the answer is about what is so then.
            ids: changes
                .iter()
                .map(|change| &change.before)
                .chain(skipped.iter().map(|(key, _)| key))
                .map(|key| key.id.to_string())
                .collect(),
            keys: changes
                .iter()
                .take(NAMED)
                .map(|change| row(change, shell.zone, now))
                .collect(),
            more: match changes.len().saturating_sub(NAMED) {
                0 => String::new(),
                n => format!(
                    "and {} more",
                    time::grouped(n.try_into().unwrap_or(i64::MAX))
                ),
            },
            skipped: self
                .outcome
                .reasons()
                .into_iter()
                .map(|(skip, n)| SkippedKeys {
                    number: keys(n),
                    why: skip.why(),
                    labels: first_labels(skipped, skip),
                })
                .collect(),
            requests: self.use_.in_words(),
            folders: self.reach.as_ref().map(first_folders),
            last_used: last_used(&self.use_, shell.zone, now),
            why,
            summary: ErrorSummary::of_one("confirm", mistake.as_ref()),
            list: self.list.view(&shell, &path, now),
            shell: shell.titled(format!("{verb}?"), "api").at(path),
            verb,
        }
    }
}

/// Folders of each key that are looked at; beyond them it is only known that there are more.
const EACH: i64 = 100;

/// What several reach, each folder once.
fn together(reach: HashMap<Holder, Reach>) -> Reach {
    let more: i64 = reach.values().map(Reach::others).sum();
    let mut folders: Vec<_> = reach.into_values().flat_map(|r| r.folders).collect();
    folders.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    folders.dedup_by_key(|folder| folder.id);
    let total = i64::try_from(folders.len()).unwrap_or(i64::MAX) + more;
    folders.truncate(FOLDERS);
    Reach { folders, total }
}

fn row(change: &Changed, zone: Zone, now: DateTime<Utc>) -> BulkKey {
    let Changed { before, after } = change;
    let end = |key: &Key| match key.expires_at {
        Some(end) => zone.day(last_moment(end)),
        None => "No expiry".to_owned(),
    };
    let (was, to) = (Settings::from(before), Settings::from(after));
    BulkKey {
        label: before.label.clone(),
        tag: tag(before, before.state(now)),
        expiry: was
            .differences(&to)
            .contains(&Setting::Expiry)
            .then(|| FromTo {
                from: end(before),
                to: end(after),
            }),
    }
}

/// Expired keys that an edit gives an end to come.
fn revived(changes: &[Changed], now: DateTime<Utc>) -> Option<String> {
    let is_over = |key: &Key| key.state(now) == State::Expired;
    let those = changes.iter();
    let those = those.filter(|c| is_over(&c.before) && c.after.state(now) == State::Active);
    match those.count() {
        0 => None,
        1 => Some("1 of them has expired. Requests with it are answered again.".to_owned()),
        n => Some(format!(
            "{n} of them have expired. Requests with them are answered again."
        )),
    }
}

/// "ci-deploy, partner and 3 more".
fn first_labels(skipped: &[(Key, Skip)], why: Skip) -> String {
    let labels: Vec<&str> = skipped
        .iter()
        .filter(|(_, skip)| *skip == why)
        .map(|(key, _)| key.label.as_str())
        .collect();
    let first = labels
        .iter()
        .take(3)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match labels.len().saturating_sub(3) {
        0 => first,
        n => format!("{first} and {n} more"),
    }
}
