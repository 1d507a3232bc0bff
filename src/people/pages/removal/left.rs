//! What somebody leaves, and what can become of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::KEY;
use crate::{
    made_keys::{Decision, MadeKey, OfferedGrace},
    people::views::{DecisionChoice, GraceOption, LeftInvitations, LeftKey},
    sent_invitations::Fate,
    web::time::{self, Zone},
};

pub fn left(
    key: &MadeKey,
    decided: Decision,
    keys_path: &str,
    zone: Zone,
    now: DateTime<Utc>,
) -> LeftKey {
    let calls = time::counted(key.calls, "request");
    LeftKey {
        field: format!("{KEY}{}", key.id),
        page: format!("{keys_path}/{}", key.id),
        label: key.label.clone(),
        tag: key.tag.clone(),
        status: key.status,
        traffic: match &key.last_use {
            Some((at, ip)) => {
                let when = zone.relative(*at, now).text;
                format!("{calls} in 28 days, last {when} from {ip}")
            }
            None => "Never used".to_owned(),
        },
        is_rotating: key.is_personal && key.is_rotating,
        choices: match key.is_personal {
            true => personal_choices(decided),
            false => choices(key.is_active, decided),
        },
        is_personal: key.is_personal,
    }
}

pub fn invitations(named: &[String], total: i64, decided: Fate) -> LeftInvitations {
    let more = total - i64::try_from(named.len()).unwrap_or(i64::MAX);
    LeftInvitations {
        number: time::counted(total, "open invitation"),
        to: match more {
            ..=0 => named.join(", "),
            n => format!("{} and {} more", named.join(", "), time::grouped(n)),
        },
        choices: [(Fate::Cancel, "Cancel"), (Fate::TakeOver, "Take over")]
            .map(|(fate, text)| DecisionChoice {
                value: fate.name(),
                text,
                checked: fate == decided,
            })
            .into(),
    }
}

/// It is suspended with its owner, unless it becomes the workspace's.
fn personal_choices(decided: Decision) -> Vec<DecisionChoice> {
    let decided = match decided {
        Decision::Deactivate => Decision::Keep,
        other => other,
    };
    [
        (Decision::TakeOver, "Take over"),
        (Decision::Keep, "Leave suspended"),
        (Decision::Revoke, "Revoke"),
    ]
    .map(|(decision, text)| DecisionChoice {
        value: decision.name(),
        text,
        checked: decision == decided,
    })
    .into()
}

/// How long the old values of what is taken over work on. `chosen`: as the form sent it; empty: as is usual.
pub fn graces(
    offered: &[OfferedGrace],
    chosen: &str,
    zone: Zone,
    now: DateTime<Utc>,
) -> Vec<GraceOption> {
    let option = |grace: &OfferedGrace| {
        let value = grace.seconds.to_string();
        let until = zone.date(now + TimeDelta::seconds(grace.seconds)).exact;
        GraceOption {
            text: match grace.seconds {
                0 => "Now: the old values stop at once".to_owned(),
                _ => format!("{}, until {until}", grace.text),
            },
            selected: value == chosen || (chosen.is_empty() && grace.is_usual),
            value,
        }
    };
    offered.iter().map(option).collect()
}

/// What does not answer need not be deactivated.
pub fn choices(is_active: bool, decided: Decision) -> Vec<DecisionChoice> {
    [
        (Decision::Keep, "Keep"),
        (Decision::Deactivate, "Deactivate"),
        (Decision::Revoke, "Revoke"),
    ]
    .into_iter()
    .filter(|(decision, _)| is_active || *decision != Decision::Deactivate)
    .map(|(decision, text)| DecisionChoice {
        value: decision.name(),
        text,
        checked: decision == decided,
    })
    .collect()
}
