//! The page while the incident is open, and before there is one.

use chrono::{DateTime, Utc};

use super::{address, read::Read, shares, typed::Shown};
use crate::{
    keys::{
        actions::incident::{record::is_new, used},
        model::{Incident, Step},
        pages::{list_path, status, tag},
        store::Place,
        views::{IncidentPage, MadeWithIt, PlaceRow},
    },
    web::{
        client::program,
        time::grouped,
        ui::{ErrorSummary, Shell},
    },
};

/// How many callers are shown, and how many keys that were made with it.
const MOST: usize = 50;

impl Read {
    pub fn page(self, shell: Shell, shown: &Shown, now: DateTime<Utc>) -> IncidentPage {
        let key = &self.listed.key;
        let list = list_path(&shell);
        let path = address(&list, key.id);
        let log = shell.workspace.as_ref().map_or("", |w| w.audit.as_str());
        let state = key.state(now);
        let is_open = self.incident.is_some();
        let is = |text: fn(&Incident) -> &String| self.incident.as_ref().map_or("", |i| text(i));
        let (used, used_more) = self.rows(used(&self.places), &shell, now);
        let mut callers: Vec<&Place> = self.places.iter().collect();
        callers.sort_by_key(|place| !self.is_new(place));
        let (callers, callers_more) = self.rows(callers.into_iter(), &shell, now);
        let (made, made_more) = self.made(&list, now);
        IncidentPage {
            key_href: format!("{list}/{}", key.id),
            label: key.label.clone(),
            title: match is_open {
                true => format!("{} was compromised", key.label),
                false => format!("Is {} compromised?", key.label),
            },
            lede: self.lede(),
            status: status(state),
            tag: tag(key, state),
            summary: ErrorSummary::of(&shown.mistakes),
            is_open,
            revoke: self.revoke_step(&shell, &list, &path),
            revoke_text: self.revoke_text(),
            replace: self.replace_step(&shell, &list, &path),
            replace_text: self.replace_text(),
            replacement: self
                .replacement
                .as_ref()
                .map(|by| (by.label.clone(), format!("{list}/{}", by.id))),
            update: self.step(&shell, &path, Step::Update),
            places_action: format!("{path}/places"),
            used,
            used_more,
            review: self.step(&shell, &path, Step::Review),
            review_text: self.review_text(),
            callers,
            callers_more,
            entries_href: format!("{log}?key={}", key.id),
            calls_href: format!("{list}/{}#usage", key.id),
            made,
            made_more,
            given: shares::view(&self.family, &self.given, &shell, now),
            removal: format!("{path}/removal"),
            contact: self.step(&shell, &path, Step::Contact),
            contact_text: self.contact_text(),
            security_contact: self
                .security_contact
                .as_ref()
                .map(|contact| (contact.href(), contact.as_str().to_owned())),
            general: shell
                .workspace
                .as_ref()
                .map(|w| format!("{}#security", w.general))
                .unwrap_or_default(),
            told: shown.field("told", is(|i| &i.told)),
            close: self.close_step(&shell),
            cause: shown.field("cause", is(|i| &i.cause)),
            effect: shown.field("effect", is(|i| &i.effect)),
            notes_action: format!("{path}/notes"),
            close_action: format!("{path}/closing"),
            undone: self.undone(),
            done_by_it: self.done_by_it,
            shell: shell.titled(format!("Incident of {}", self.listed.key.label), "api"),
            list_href: list,
        }
    }

    pub(super) fn is_new(&self, place: &Place) -> bool {
        is_new(place, &self.places, self.listed.key.revoked_at)
    }

    /// The first of them, and how many more there are.
    fn rows<'a>(
        &self,
        places: impl Iterator<Item = &'a Place>,
        shell: &Shell,
        now: DateTime<Utc>,
    ) -> (Vec<PlaceRow>, String) {
        let mut all: Vec<PlaceRow> = places.map(|place| self.row(place, shell, now)).collect();
        let more = more(all.len());
        all.truncate(MOST);
        (all, more)
    }

    fn row(&self, place: &Place, shell: &Shell, now: DateTime<Utc>) -> PlaceRow {
        let (zone, agent) = (shell.zone, place.user_agent.clone().unwrap_or_default());
        let revoked_at = self.listed.key.revoked_at;
        PlaceRow {
            name: place.name(),
            ip: place.ip.clone().unwrap_or_else(|| place.name()),
            program: program(&agent),
            first: zone.minute(place.first_at),
            last: zone.relative(place.last_at, now),
            served: grouped(place.served),
            refused: grouped(place.refused),
            is_new: self.is_new(place),
            is_calling: revoked_at.is_some_and(|end| place.last_at > end),
            ticked: self.ticks.has_place(&place.name()),
            agent,
        }
    }

    fn made(&self, list: &str, now: DateTime<Utc>) -> (Vec<MadeWithIt>, String) {
        let ids = self.family.makers.keys();
        let keys = ids.filter_map(|id| self.family.keys.get(id));
        let first = keys.take(MOST).map(|key| MadeWithIt {
            label: key.label.clone(),
            href: format!("{list}/{}", key.id),
            tag: tag(key, key.state(now)),
            status: status(key.state(now)),
        });
        (first.collect(), more(self.family.makers.len()))
    }
}

/// "and 12 more".
fn more(all: usize) -> String {
    match all.saturating_sub(MOST) {
        0 => String::new(),
        n => format!("and {} more.", grouped(n.try_into().unwrap_or(i64::MAX))),
    }
}
