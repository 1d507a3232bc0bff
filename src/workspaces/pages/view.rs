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
        time::{self, Zone, counted},
        ui::{ErrorSummary, Shell},
    },
    workspaces::{
        model::{Days, KeyLifetimes, TheKeys, Workspace},
        store,
        views::{Choice, General, GeneralPage, LifetimeRow, Tick, ZoneGroup},
    },
};

/// What is no region but an older name of what is in one, or of a number of hours.
const NO_REGIONS: [&str; 7] = [
    "Brazil", "Canada", "Chile", "Etc", "Mexico", "SystemV", "US",
];

const UNUSED: &str = "A key that nobody has used or changed for so long is deactivated. Whoever made it and the admins are \
    told 7 days before, and a request with it in these days keeps it active. Counted from the last request or the last \
    change, whichever is later.";

/// In which card of the page a field is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CardOf {
    Basics,
    Lifetimes,
    Security,
}

fn card_of(field: &str) -> CardOf {
    match field {
        field
            if field.contains("lifetime")
                || field.contains("rate_limit")
                || field.ends_with("personal_keys")
                || field.ends_with("recoverable_keys") =>
        {
            CardOf::Lifetimes
        }
        field if field.contains("unused") || field.contains("contact") => CardOf::Security,
        _ => CardOf::Basics,
    }
}

/// What the page is about, as it is now.
pub struct Read {
    workspace: Workspace,
    former: Vec<String>,
    /// How many keys lie beyond the maximum, if there is one.
    beyond: Option<i64>,
    /// How many keys can be shown again.
    recoverable: i64,
    /// Whoever looks may delete the workspace.
    deletes: bool,
}

impl Read {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        keys: TheKeys,
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
            recoverable: (keys.recoverable)(conn, actor)?,
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
        let mistaken = |card| -> Vec<FieldError> {
            let of_card = mistakes.iter().filter(|m| card_of(&m.field) == card);
            of_card.cloned().collect()
        };
        let were = |card| {
            let fields = form.fields().into_iter();
            fields
                .filter(|(name, _)| name.starts_with("was_") && card_of(name) == card)
                .collect()
        };
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let zone = text(&form.time_zone);
        let chosen = Zone::named(&zone).unwrap_or_default();
        let action = format!("/w/{}/settings/general", self.workspace.slug);
        let stored = self.workspace.key_lifetimes();
        let general = General {
            is_mistaken: !mistakes.is_empty(),
            basics_summary: ErrorSummary::of(&mistaken(CardOf::Basics)),
            lifetimes_summary: ErrorSummary::of(&mistaken(CardOf::Lifetimes)),
            security_summary: ErrorSummary::of(&mistaken(CardOf::Security)),
            basics_were: were(CardOf::Basics),
            lifetimes_were: were(CardOf::Lifetimes),
            security_were: were(CardOf::Security),
            unused: LifetimeRow {
                name: "unused_key_days",
                other_name: "unused_key_other",
                label: "Unused keys",
                hint: UNUSED.to_owned(),
                choices: lifetimes_for(
                    "Stay active",
                    self.workspace.unused_key_days.map(Days::number),
                    &text(&form.unused_key_days),
                ),
                other: text(&form.unused_key_other),
                error: of("unused_key_days"),
            },
            contact: text(&form.security_contact),
            contact_error: of("security_contact"),
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
            recoverable: Tick {
                hint: self.recoverable_in_words(),
                is_set: form.recoverable_keys.as_deref() == Some(YES),
            },
            rate: text(&form.default_rate_limit_per_minute),
            rate_error: of("default_rate_limit_per_minute"),
            deletion: self
                .deletes
                .then(|| format!("/w/{}/settings/deletion", self.workspace.slug)),
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

    fn recoverable_in_words(&self) -> String {
        let today = match self.recoverable {
            0 => "none is recoverable today".to_owned(),
            1 => "1 is recoverable today, whichever way this is set".to_owned(),
            n => format!(
                "{} are recoverable today, whichever way this is set",
                time::grouped(n)
            ),
        };
        format!(
            "Of a recoverable key the secret is stored, encrypted, and owners and admins, or of a personal key its owner, can \
             show it again after a password check. It is chosen when a key is generated. Keys that exist stay as they are: {today}."
        )
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
