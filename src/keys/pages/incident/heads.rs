//! What is said of each step, and of where all of it stands.

use super::read::Read;
use crate::{
    keys::{
        model::{Reason, Step},
        pages::back::dialog,
        views::{Mark, StepHead, Way},
    },
    web::{time::counted, ui::Shell},
};

const ORDER: [(Step, &str, &str); 4] = [
    (Step::Replace, "Make a new key", "With the same settings"),
    (
        Step::Update,
        "Update your applications",
        "Give them the new key",
    ),
    (
        Step::Review,
        "Review what it did",
        "Look for what you do not know",
    ),
    (
        Step::Contact,
        "Tell others",
        "Before they find out by themselves",
    ),
];

impl Read {
    pub fn lede(&self) -> String {
        match self.incident.is_some() {
            true => format!(
                "Six steps, in this order. You can leave this page and come back: it keeps what is done. {} of {} are done.",
                self.ticks.number_done(),
                Step::NUMBER
            ),
            false => {
                "If somebody else may have it: six steps, in this order. The first is to revoke it."
                    .to_owned()
            }
        }
    }

    /// `now` is the first that is not done.
    fn class(&self, number: usize) -> &'static str {
        let is_done = |number: usize| match number {
            1 => self.incident.is_some(),
            n => ORDER
                .get(n - 2)
                .is_some_and(|(step, ..)| self.ticks.of(*step).is_some()),
        };
        match (1..=Step::NUMBER).find(|n| !is_done(*n)) {
            Some(first) if first == number => "now",
            _ if is_done(number) => "done",
            _ => "",
        }
    }

    pub fn revoke_step(&self, shell: &Shell, list: &str, path: &str) -> StepHead {
        let key = &self.listed.key;
        let base = format!("{list}/{}/revocation", key.id);
        let incident = self.incident.as_ref();
        let is_unneeded = key.revoked_for == Some(Reason::Unneeded);
        StepHead {
            csrf: shell.csrf.clone(),
            number: 1,
            class: self.class(1),
            title: "Revoke the key",
            done: incident.map(|incident| {
                let by = self.name(incident.opened_by_member_id);
                (shell.zone.minute(incident.opened_at), by)
            }),
            hint: match is_unneeded {
                true => "It is revoked as no longer needed".to_owned(),
                false => "Before anything else".to_owned(),
            },
            way: key.revoked_at.is_none().then(|| Way {
                text: "Revoke key…",
                href: format!("{}&reason=compromised", dialog(&base, path, list)),
                primary: true,
            }),
            mark: is_unneeded.then(|| Mark {
                action: base,
                fields: vec![("reason", "compromised")],
                text: "It may be compromised",
                about: "Revoke the key",
            }),
        }
    }

    pub fn revoke_text(&self) -> String {
        let known = match self.listed.key.kind.is_publishable() {
            true => {
                " A publishable key is no secret: whoever opens a page that uses it can read it."
            }
            false => "",
        };
        format!("{}{known}", self.revoke_effect())
    }

    fn revoke_effect(&self) -> String {
        match (&self.incident, self.listed.key.revoked_at) {
            (Some(_), _) => {
                let ended = match i64::try_from(self.family.makers.len()).unwrap_or(i64::MAX) {
                    0 => String::new(),
                    1 => " The key that was made or rotated with it has ended with it.".to_owned(),
                    n => format!(" The {} that were made or rotated with it have ended with it.", counted(n, "key")),
                };
                format!("Every request with it gets 401. A compromised key cannot be restored.{ended}")
            }
            (None, Some(_)) => "Every request with it gets 401 already. As long as it counts as no longer needed, somebody can restore it.".to_owned(),
            (None, None) => "It still works. Revoke it, and choose that it may be compromised: then it ends at once, and nobody can restore it. Keys that were made or rotated with it end too.".to_owned(),
        }
    }

    pub fn replace_step(&self, shell: &Shell, list: &str, path: &str) -> StepHead {
        let id = self.listed.key.id;
        let way = Way {
            text: match self.listed.key.owner_member_id {
                None => "Generate new key",
                Some(_) => "Generate workspace key",
            },
            href: format!("{list}/new?replaces={id}"),
            primary: self.ticks.of(Step::Replace).is_none()
                && self.listed.key.owner_member_id.is_none(),
        };
        StepHead {
            way: self.incident.as_ref().map(|_| way),
            ..self.step(shell, path, Step::Replace)
        }
    }

    /// What is made on this page belongs to the workspace, whatever the key was.
    pub fn replace_text(&self) -> String {
        let owner = self.listed.owner.as_ref().map(|owner| &owner.name);
        match (owner, self.listed.is_anothers) {
            (None, _) => "The new key begins with the same label, permissions and lifetime. Give it less where it needs less."
                .to_owned(),
            (Some(owner), true) => format!(
                "It was a personal key of {owner}, who makes another one in their own account. A key that you generate \
                 here belongs to the workspace, and its value is yours to pass on."
            ),
            (Some(_), false) => "It was a personal key of yours: make another one in your account. A key that you \
                 generate here belongs to the workspace."
                .to_owned(),
        }
    }

    pub fn step(&self, shell: &Shell, path: &str, step: Step) -> StepHead {
        let at = ORDER.iter().position(|(known, ..)| *known == step);
        let number = at.unwrap_or_default();
        let (_, title, hint) = ORDER[number];
        let tick = self.ticks.of(step);
        StepHead {
            csrf: shell.csrf.clone(),
            number: number + 2,
            class: self.class(number + 2),
            title,
            done: tick.map(|tick| {
                let by = self.name(Some(tick.done_by_member_id));
                (shell.zone.minute(tick.done_at), by)
            }),
            hint: hint.to_owned(),
            way: None,
            mark: self.incident.as_ref().map(|_| Mark {
                action: format!("{path}/steps"),
                fields: vec![
                    ("step", step.name()),
                    ("done", if tick.is_some() { "false" } else { "true" }),
                ],
                text: if tick.is_some() {
                    "Not done after all"
                } else {
                    "Mark as done"
                },
                about: title,
            }),
        }
    }

    /// Whom to tell, and where that is set if nobody has set it.
    pub fn contact_text(&self) -> String {
        let who = "Tell those whose data or money it is";
        match self.security_contact {
            Some(_) => format!("{who}, and the security contact of this workspace:"),
            None => format!(
                "{who}, and whoever looks after security where you are. This workspace names no security contact: \
                 set one under Settings → General, and it is shown here."
            ),
        }
    }

    pub fn close_step(&self, shell: &Shell) -> StepHead {
        StepHead {
            csrf: shell.csrf.clone(),
            number: Step::NUMBER,
            class: self.class(Step::NUMBER),
            title: "Write it down",
            done: None,
            hint: "Goes into the audit log with everything above, and cannot be changed later"
                .to_owned(),
            way: None,
            mark: None,
        }
    }

    pub fn review_text(&self) -> String {
        match self.given.total {
            0 => format!(
                "{} Nothing that was shared with it is in force.",
                self.callers_text()
            ),
            _ => self.callers_text(),
        }
    }

    fn callers_text(&self) -> String {
        let new = self.places.iter().filter(|place| self.is_new(place));
        let strange = i64::try_from(new.count()).unwrap_or(i64::MAX);
        match (strange, self.places.is_empty()) {
            (_, true) => "No call with it was counted in the last 90 days.".to_owned(),
            (0, false) => "It was called from no address that was new in the last 7 days before it was revoked.".to_owned(),
            (1, false) => "1 caller has an address that this key did not know until 7 days before it was revoked.".to_owned(),
            (n, false) => format!("{n} callers have addresses that this key did not know until 7 days before it was revoked."),
        }
    }

    /// "Not done yet: update your applications."
    pub fn undone(&self) -> String {
        let left = ORDER
            .iter()
            .filter(|(step, ..)| self.ticks.of(*step).is_none());
        let left: Vec<String> = left.map(|(_, title, _)| title.to_lowercase()).collect();
        match left.is_empty() {
            true => String::new(),
            false => format!("Not done yet: {}.", left.join(", ")),
        }
    }
}
