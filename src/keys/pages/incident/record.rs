//! A closed incident, as it was written down.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    super::{list_path, status, tag},
    read::Read,
};
use crate::{
    keys::{
        actions::incident::record::{CAUSE, EFFECT, STEPS, TOLD},
        model::Step,
        views::RecordPage,
    },
    web::ui::{Fact, Shell},
};

pub fn page(read: &Read, record: &Value, shell: Shell, now: DateTime<Utc>) -> RecordPage {
    let (key, list) = (&read.listed.key, list_path(&shell));
    let state = key.state(now);
    let text = |field: &str| record.get(field).and_then(Value::as_str);
    let at = |field: &str| {
        let at: Option<DateTime<Utc>> = text(field).and_then(|at| at.parse().ok());
        at.map(|at| shell.zone.to_the_second(at))
            .unwrap_or_default()
    };
    let by = |field: &str| format!("by {}", text(field).unwrap_or_default());
    let steps = STEPS.iter().map(|(step, word)| {
        let (done_at, done_by) = (format!("{word}_at"), format!("{word}_by"));
        match text(&done_at) {
            Some(_) => Fact::text(title(*step), at(&done_at)).note(by(&done_by)),
            None => Fact::text(title(*step), "Not done"),
        }
    });
    let notes = [
        ("How it got out", CAUSE),
        ("What was affected", EFFECT),
        ("Who was told", TOLD),
    ];
    let lists = [
        ("Places that have the new key", "places_updated"),
        ("Places that were not updated", "places_not_updated"),
        (
            "Addresses that called first within 7 days before",
            "new_addresses",
        ),
        (
            "Keys that were made or rotated with it, and ended with it",
            "keys_made_with_it",
        ),
        (
            "Roles in folders that were given with it, and stay",
            "shares_that_stay",
        ),
    ];
    let log = shell.workspace.as_ref().map_or("", |w| w.audit.as_str());
    RecordPage {
        key_href: format!("{list}/{}", key.id),
        label: key.label.clone(),
        lede: "What was written down when its incident was closed. Nobody can change it."
            .to_owned(),
        status: status(state),
        tag: tag(key, state),
        facts: vec![
            Fact::text("Revoked", at("revoked_at")),
            Fact::text("Found compromised", at("opened_at")).note(by("opened_by")),
            Fact::text("Incident closed", at("closed_at")).note(by("closed_by")),
            Fact::text("Replacement", text("replacement").unwrap_or("None")),
        ],
        steps: steps.collect(),
        notes: notes
            .into_iter()
            .filter_map(|(title, field)| Some((title, text(field)?.to_owned())))
            .collect(),
        lists: lists
            .into_iter()
            .map(|(title, field)| (title, names(record, field)))
            .filter(|(_, names)| !names.is_empty())
            .collect(),
        entries_href: format!("{log}?key={}&action=incident.closed", key.id),
        shell: shell.titled(format!("Incident of {}", key.label), "api"),
        list_href: list,
    }
}

fn title(step: Step) -> &'static str {
    match step {
        Step::Replace => "New key made",
        Step::Update => "Applications updated",
        Step::Review => "What it did was reviewed",
        Step::Contact => "Others were told",
    }
}

fn names(record: &Value, field: &str) -> Vec<String> {
    let all = record.get(field).and_then(Value::as_array);
    let all = all.into_iter().flatten().filter_map(Value::as_str);
    all.map(str::to_owned).collect()
}
