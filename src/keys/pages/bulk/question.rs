//! The question over the list: what would change, what is skipped, what that would break.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{super::list, Answer, keys, phrase};
use crate::{
    actor::Actor,
    error::Result,
    ids::KeyId,
    keys::{
        actions::Outcome,
        model::{Bulk, Key, RESTORABLE, Reason, Skip},
        pages::{list::Read, list_path, tag},
        store::{self, Use},
        views::{BulkKey, BulkPage, Confirm, SkippedKeys, Why},
    },
    policy::{ListKeys, permit},
    web::{
        text,
        time::{self, Zone},
        ui::{ErrorSummary, Shell},
    },
};

/// Keys that the question names before it only counts them.
const NAMED: usize = 10;

/// What a change would do, what that would break, and the list behind the question.
pub struct Question {
    bulk: Bulk,
    pub outcome: Outcome,
    use_: Use,
    list: Read,
}

impl Question {
    pub fn about(
        conn: &mut PgConnection,
        actor: &Actor,
        bulk: Bulk,
        outcome: Outcome,
        (zone, now): (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let changing: Vec<KeyId> = outcome.changes.iter().map(|key| key.id).collect();
        let permit = permit::<ListKeys>(actor)?;
        Ok(Self {
            bulk,
            use_: store::use_of(conn, &permit, &changing, now)?,
            list: list::read_newest(conn, actor, (zone, now))?,
            outcome,
        })
    }

    pub fn page(
        self,
        shell: Shell,
        form: &Answer,
        mistake: Option<String>,
        now: DateTime<Utc>,
    ) -> BulkPage {
        let path = list_path(&shell);
        let back = form.next.or_list(&path);
        let (noun, icon, effect) = match self.bulk {
            Bulk::Activate => (
                "activations",
                "power",
                "Requests with these keys are answered again.",
            ),
            Bulk::Deactivate => (
                "deactivations",
                "pause",
                "Requests with these keys get 401 until somebody activates them.",
            ),
            Bulk::Revoke => (
                "revocations",
                "warn",
                "Every request that uses these keys fails from now on. You can restore them for 7 days; they come back deactivated.",
            ),
            Bulk::Restore => ("restorations", "undo", "They come back deactivated."),
        };
        let phrase = phrase(self.bulk, &self.outcome);
        let why = (self.bulk == Bulk::Revoke).then(|| Why {
            restorable_until: shell.zone.long_day(now + RESTORABLE),
            compromised: form.reason == Some(Reason::Compromised),
            phrase: phrase.clone(),
            confirm: Confirm {
                value: form.confirm.clone(),
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
            text: effect,
            // Those that are skipped now are sent too: the answer is about what is so then.
            ids: changes
                .iter()
                .chain(skipped.iter().map(|(key, _)| key))
                .map(|key| key.id.to_string())
                .collect(),
            keys: changes
                .iter()
                .take(NAMED)
                .map(|key| BulkKey {
                    label: key.label.clone(),
                    tag: tag(key.id, key.state(now)),
                })
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
            requests: format!(
                "{} in 24 hours, {} in 7 days",
                time::grouped(self.use_.day),
                time::grouped(self.use_.week)
            ),
            last_used: self.use_.last_use.as_ref().map_or_else(
                || "Never".to_owned(),
                |last| shell.zone.relative(last.at, now).text,
            ),
            why,
            summary: ErrorSummary::of_one("confirm", mistake.as_ref()),
            list: self.list.view(&shell, &path, now),
            shell: shell.titled(format!("{verb}?"), "api").at(path),
            verb,
        }
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
