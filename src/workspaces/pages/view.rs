//! *General*, as it is shown.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::form::{NO, NONE, OTHER, SettingsForm, YES};
use crate::{
    actor::Actor,
    error::{FieldError, Result},
    policy::{DeleteWorkspace, ReadConfig, permit},
    web::{
        Site,
        time::{Zone, counted},
        ui::{ErrorSummary, Shell},
    },
    workspaces::{
        model::{KeyLifetimes, KeysBeyond, Workspace},
        store,
        views::{Choice, General, GeneralPage, LifetimeRow, ZoneGroup},
    },
};

/// What is no region but an older name of what is in one, or of a number of hours.
const NO_REGIONS: [&str; 7] = [
    "Brazil", "Canada", "Chile", "Etc", "Mexico", "SystemV", "US",
];

/// What the page is about, as it is now.
pub struct Read {
    workspace: Workspace,
    former: Vec<String>,
    /// How many keys lie beyond the maximum, if there is one.
    beyond: Option<i64>,
    /// Whoever looks may delete the workspace.
    deletes: bool,
}

impl Read {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        keys: KeysBeyond,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let read = permit::<ReadConfig>(actor)?;
        let workspace = store::find(conn, &read)?;
        let latest = workspace.key_lifetimes().latest(now);
        let beyond = latest
            .map(|latest| (keys.count)(conn, actor, latest))
            .transpose()?;
        Ok(Self {
            former: store::former(conn, &read)?,
            beyond,
            deletes: permit::<DeleteWorkspace>(actor).is_ok(),
            workspace,
        })
    }

    pub fn page(
        self,
        shell: Shell,
        site: &Site,
        form: &SettingsForm,
        mistakes: &[FieldError],
        now: DateTime<Utc>,
    ) -> GeneralPage {
        let form = form.clone().or(SettingsForm::of(&self.workspace));
        let of = |field| FieldError::of(mistakes, field);
        let (lifetimes, basics): (Vec<_>, Vec<_>) = mistakes
            .iter()
            .cloned()
            .partition(|mistake| is_about_keys(&mistake.field));
        let (lifetimes_were, basics_were) = form
            .fields()
            .into_iter()
            .filter(|(name, _)| name.starts_with("was_"))
            .partition(|(name, _)| is_about_keys(name));
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let zone = text(&form.time_zone);
        let chosen = Zone::named(&zone).unwrap_or_default();
        let action = format!("/w/{}/settings/general", self.workspace.slug);
        let stored = self.workspace.key_lifetimes();
        let general = General {
            is_mistaken: !mistakes.is_empty(),
            basics_summary: ErrorSummary::of(&basics),
            lifetimes_summary: ErrorSummary::of(&lifetimes),
            name: text(&form.name),
            name_error: of("name"),
            prefix: site.public_url.without_scheme("/w/"),
            slug: text(&form.slug),
            slug_error: of("slug"),
            former: self.former_in_words(),
            zones: zones(chosen, now),
            zone_error: of("time_zone"),
            zone_now: chosen.date(now).exact,
            default: LifetimeRow {
                name: "default_key_lifetime_days",
                other_name: "default_key_lifetime_other",
                label: "Default lifetime",
                hint: "Chosen when somebody generates a key, until they choose another. Keys that exist keep their date."
                    .to_owned(),
                choices: lifetimes_for(
                    "No expiry",
                    stored.default_days(),
                    &text(&form.default_key_lifetime_days),
                ),
                other: text(&form.default_key_lifetime_other),
                error: of("default_key_lifetime_days"),
            },
            max: LifetimeRow {
                name: "max_key_lifetime_days",
                other_name: "max_key_lifetime_other",
                label: "Maximum lifetime",
                hint: self.max_in_words(),
                choices: lifetimes_for(
                    "No maximum",
                    stored.max_days(),
                    &text(&form.max_key_lifetime_days),
                ),
                other: text(&form.max_key_lifetime_other),
                error: of("max_key_lifetime_days"),
            },
            personal_keys: [
                (YES, "Everybody"),
                (NO, "Owners and admins"),
            ]
            .map(|(value, text)| Choice {
                selected: form.personal_keys.as_deref() == Some(value),
                value: value.to_owned(),
                text: text.to_owned(),
            }),
            deletion: self
                .deletes
                .then(|| format!("/w/{}/settings/deletion", self.workspace.slug)),
            basics_were,
            lifetimes_were,
            workspace: self.workspace.name,
            action: action.clone(),
        };
        GeneralPage {
            general,
            shell: shell.titled("General", "general").at(action),
        }
    }

    /// "Links to acme and acme-old lead here too."
    fn former_in_words(&self) -> String {
        match self.former.as_slice() {
            [] => String::new(),
            [only] => format!("Links to {only} lead here too."),
            [first @ .., last] => {
                format!("Links to {} and {last} lead here too.", first.join(", "))
            }
        }
    }

    fn max_in_words(&self) -> String {
        let rule = "No key is given a later date. Keys that have one keep it";
        match self.beyond {
            None => "Where there is one, no key is given a later date. Keys that have one keep it."
                .to_owned(),
            Some(0) => format!("{rule}: none does today."),
            Some(1) => format!("{rule}: 1 does today."),
            Some(n) => format!("{rule}: {n} do today."),
        }
    }
}

/// Of the second form.
fn is_about_keys(field: &str) -> bool {
    field.contains("lifetime") || field.ends_with("personal_keys")
}

/// With the one that is stored, which may be an unusual one.
fn lifetimes_for(none: &'static str, stored: Option<u16>, chosen: &str) -> Vec<Choice> {
    let days: BTreeSet<u16> = KeyLifetimes::USUAL.into_iter().chain(stored).collect();
    let all = days
        .into_iter()
        .map(|days| (days.to_string(), counted(days.into(), "day")))
        .chain([
            (NONE.to_owned(), none.to_owned()),
            (OTHER.to_owned(), "Other".to_owned()),
        ]);
    all.map(|(value, text)| Choice {
        selected: value == chosen,
        value,
        text,
    })
    .collect()
}

/// By region, each place with what its clocks are ahead of UTC now; UTC itself, and what the workspace has, first.
fn zones(chosen: Zone, now: DateTime<Utc>) -> Vec<ZoneGroup> {
    let choice = |zone: Zone, place: &str| Choice {
        value: zone.name().to_owned(),
        text: format!("{} ({})", place.replace('_', " "), zone.offset(now)),
        selected: zone == chosen,
    };
    let mut regions: BTreeMap<&str, Vec<Choice>> = BTreeMap::new();
    let mut first = vec![Choice {
        text: Zone::UTC.name().to_owned(),
        ..choice(Zone::UTC, "")
    }];
    for zone in Zone::all() {
        match zone.name().split_once('/') {
            Some((region, place)) if !NO_REGIONS.contains(&region) => {
                regions.entry(region).or_default().push(choice(zone, place));
            }
            _ if zone == chosen && zone != Zone::UTC => first.push(choice(zone, zone.name())),
            _ => {}
        }
    }
    let first = ZoneGroup {
        region: "Everywhere",
        zones: first,
    };
    let regions = regions
        .into_iter()
        .map(|(region, zones)| ZoneGroup { region, zones });
    std::iter::once(first).chain(regions).collect()
}
