//! The answer that contains the new values of what was taken over.

use chrono::{DateTime, Utc};

use crate::{
    made_keys::TakenKey,
    people::{
        model::Named,
        pages::{list_path, workspace},
        views::{NewValueView, TakenPage},
    },
    web::{
        time::counted,
        ui::{KeyTag, Shell},
    },
};

pub fn page(shell: Shell, named: &Named, taken: &[TakenKey], now: DateTime<Utc>) -> TakenPage {
    let zone = shell.zone;
    let values = taken.iter().map(|key| NewValueView {
        id: key.id.to_string(),
        label: key.label.clone(),
        tag: match key.is_deactivated {
            true => KeyTag::off(key.id.as_str()),
            false => KeyTag::live(key.id.as_str()),
        },
        value: key.value.reveal().to_owned(),
        old: match key.old_until > now {
            true => format!(
                "The old value works until {}.",
                zone.date(key.old_until).exact
            ),
            false => "The old value has stopped.".to_owned(),
        },
        is_recoverable: key.is_recoverable,
        is_deactivated: key.is_deactivated,
    });
    TakenPage {
        values: values.collect(),
        number: counted(i64::try_from(taken.len()).unwrap_or(i64::MAX), "key"),
        workspace: workspace(&shell),
        name: named.name.clone(),
        report: format!("{}/{}/report", list_path(&shell), named.member.id),
        shell: shell.titled("Copy the new values", "members"),
    }
}
