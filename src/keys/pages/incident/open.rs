//! Incidents that somebody has to go on with, above the list of keys.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::address;
use crate::{
    actor::Actor,
    error::Result,
    ids::MemberId,
    keys::{
        model::Step,
        store,
        views::{OpenIncident, OpenIncidents},
    },
    people,
    policy::{HandleIncidents, permit},
    web::ui::Shell,
};

/// How many the list shows.
const SHOWN: usize = 3;

/// As they were read, each with who has opened it.
#[derive(Default)]
pub struct Open(Vec<(store::OpenIncident, String)>);

/// None for whoever does not handle them.
pub fn read(conn: &mut PgConnection, actor: &Actor) -> Result<Open> {
    let Ok(permit) = permit::<HandleIncidents>(actor) else {
        return Ok(Open::default());
    };
    let found = store::open_ones(conn, &permit, SHOWN as i64 + 1)?;
    if found.is_empty() {
        return Ok(Open::default());
    }
    let members: Vec<MemberId> = found.iter().filter_map(|one| one.opened_by).collect();
    let names = people::names(conn, &permit, &members)?;
    let with_name = |one: store::OpenIncident| {
        let name = one.opened_by.and_then(|id| names.get(&id)).cloned();
        (one, name.unwrap_or_default())
    };
    Ok(Open(found.into_iter().map(with_name).collect()))
}

impl Open {
    pub fn view(&self, shell: &Shell, list: &str, now: DateTime<Utc>) -> OpenIncidents {
        let shown = self.0.iter().take(SHOWN).map(|(one, by)| OpenIncident {
            label: one.label.clone(),
            href: address(list, one.key),
            opened: shell.zone.relative(one.opened_at, now),
            by: by.clone(),
            // The key is revoked, which is the first.
            progress: format!("{} of {}", one.ticked + 1, Step::NUMBER),
        });
        OpenIncidents {
            shown: shown.collect(),
            more: (self.0.len() > SHOWN).then(|| format!("{list}?status=revoked")),
        }
    }
}
