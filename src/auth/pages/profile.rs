//! Your account → Profile: name, time zone, theme, and whether mails tell of shares.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    actor::Person,
    auth::{
        email::{self, EmailCard},
        views::{Choice, ProfilePage},
    },
    db::Db,
    error::{FieldError, Result},
    mail::Mail,
    people::{self, Profile, Theme},
    web::{
        Flash, Form, Now, Page, PageResult, see_other, see_other_with,
        text::is_local_path,
        time::Zone,
        ui::{ErrorSummary, Shell, TextField},
    },
};

pub const PATH: &str = "/account";

pub async fn profile(
    person: Person,
    shell: Shell,
    (db, mail): (Data<Db>, Data<Mail>),
    Now(now): Now,
) -> PageResult {
    let read = read(&shell, &person, (&db, &mail), None, now).await?;
    Page(page(
        shell,
        &person,
        &ProfileForm::of(&person),
        &[],
        read,
        now,
    ))
    .ok()
}

/// The same after a mistake in *Email*, with what was typed there.
pub async fn again(
    shell: Shell,
    person: &Person,
    tools: (&Db, &Mail),
    typed: (&str, FieldError),
    now: DateTime<Utc>,
) -> Result<Page<ProfilePage>> {
    let read = read(&shell, person, tools, Some(typed), now).await?;
    let form = ProfileForm::of(person);
    Ok(Page(page(shell, person, &form, &[], read, now)))
}

/// What the page shows beside the form; some of it only where mails are sent.
struct Read {
    email: EmailCard,
    told_of_shares: Option<bool>,
}

async fn read(
    shell: &Shell,
    person: &Person,
    (db, mail): (&Db, &Mail),
    typed: Option<(&str, FieldError)>,
    now: DateTime<Utc>,
) -> Result<Read> {
    let whose = person.clone();
    let (waiting, told) = db
        .run(move |conn| {
            let waiting = email::pending(conn, &whose, now)?;
            Ok((waiting, people::is_told_of_shares(conn, &whose)?))
        })
        .await?;
    Ok(Read {
        email: email::card(person, mail, waiting, typed, (shell.zone, now)),
        told_of_shares: mail.is_configured().then_some(told),
    })
}

/// What is missing stays as it is; an empty time zone is none of one's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileForm {
    name: Option<String>,
    time_zone: Option<String>,
    theme: Option<Theme>,
    share_mails: Option<Switch>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Switch {
    On,
    Off,
}

impl ProfileForm {
    fn of(person: &Person) -> Self {
        Self {
            name: Some(person.name.clone()),
            time_zone: None,
            theme: None,
            share_mails: None,
        }
    }

    fn told_of_shares(&self) -> Option<bool> {
        self.share_mails.map(|switch| switch == Switch::On)
    }
}

pub async fn change_profile(
    person: Person,
    shell: Shell,
    (db, mail): (Data<Db>, Data<Mail>),
    Now(now): Now,
    Form(form): Form<ProfileForm>,
) -> PageResult {
    let (name, zone) = (form.name.as_deref(), form.time_zone.as_deref());
    let to = match Profile::parse(name, zone, (form.theme, form.told_of_shares())) {
        Ok(to) => to,
        Err(mistakes) => {
            let read = read(&shell, &person, (&db, &mail), None, now).await?;
            return Page(page(shell, &person, &form, &mistakes, read, now)).unprocessable();
        }
    };
    db.run(move |conn| people::change_profile(conn, &person, &to, now))
        .await?;
    see_other_with(PATH, Flash::done("Saved.", ""))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeForm {
    theme: Theme,
    #[serde(default)]
    next: String,
}

pub async fn change_theme(
    person: Person,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<ThemeForm>,
) -> PageResult {
    db.run(move |conn| people::change_theme(conn, &person, form.theme, now))
        .await?;
    see_other(if is_local_path(&form.next) {
        &form.next
    } else {
        "/"
    })
}

/// With what the form has, and where that is nothing, with what is so.
fn page(
    shell: Shell,
    person: &Person,
    form: &ProfileForm,
    mistakes: &[FieldError],
    read: Read,
    now: DateTime<Utc>,
) -> ProfilePage {
    let of = |field| FieldError::of(mistakes, field);
    let own = shell.own_zone.map(Zone::name);
    let zone = form.time_zone.as_deref().unwrap_or(own.unwrap_or_default());
    let theme = form.theme.map_or(shell.theme, Theme::name);
    let told = read
        .told_of_shares
        .map(|is| form.told_of_shares().unwrap_or(is));
    ProfilePage {
        action: PATH,
        summary: ErrorSummary::of(mistakes),
        name: TextField::text("name", "Name", form.name.as_deref().unwrap_or(&person.name))
            .autocomplete("name")
            .max_length(80)
            .hint("Everybody you work with in a workspace sees it.")
            .error(of("name")),
        email: read.email,
        zones: std::iter::once(("", "Each workspace's own"))
            .chain(Zone::all().map(|zone| (zone.name(), zone.name())))
            .map(|(value, text)| Choice {
                value,
                text,
                chosen: value == zone,
            })
            .collect(),
        zone_error: of("time_zone"),
        zone_now: shell.zone.date(now).exact,
        themes: [("system", "System"), ("light", "Light"), ("dark", "Dark")].map(
            |(value, text)| Choice {
                value,
                text,
                chosen: value == theme,
            },
        ),
        share_mails: told.map(|told| {
            [("on", "On", true), ("off", "Off", false)].map(|(value, text, is)| Choice {
                value,
                text,
                chosen: told == is,
            })
        }),
        shell: shell.titled("Profile · Your account", "profile").at(PATH),
    }
}
