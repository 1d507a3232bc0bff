//! Your account → Profile: name, time zone and theme.

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
    let email = email_card(&shell, &person, (&db, &mail), None, now).await?;
    Page(page(
        shell,
        &person,
        &ProfileForm::of(&person),
        &[],
        email,
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
    let email = email_card(&shell, person, tools, Some(typed), now).await?;
    let form = ProfileForm::of(person);
    Ok(Page(page(shell, person, &form, &[], email, now)))
}

async fn email_card(
    shell: &Shell,
    person: &Person,
    (db, mail): (&Db, &Mail),
    typed: Option<(&str, FieldError)>,
    now: DateTime<Utc>,
) -> Result<EmailCard> {
    let whose = person.clone();
    let waiting = db
        .run(move |conn| email::pending(conn, &whose, now))
        .await?;
    Ok(email::card(person, mail, waiting, typed, (shell.zone, now)))
}

/// What is missing stays as it is; an empty time zone is none of one's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileForm {
    name: Option<String>,
    time_zone: Option<String>,
    theme: Option<Theme>,
}

impl ProfileForm {
    fn of(person: &Person) -> Self {
        Self {
            name: Some(person.name.clone()),
            time_zone: None,
            theme: None,
        }
    }
}

pub async fn change_profile(
    person: Person,
    shell: Shell,
    (db, mail): (Data<Db>, Data<Mail>),
    Now(now): Now,
    Form(form): Form<ProfileForm>,
) -> PageResult {
    let to = match Profile::parse(form.name.as_deref(), form.time_zone.as_deref(), form.theme) {
        Ok(to) => to,
        Err(mistakes) => {
            let email = email_card(&shell, &person, (&db, &mail), None, now).await?;
            return Page(page(shell, &person, &form, &mistakes, email, now)).unprocessable();
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
    email: EmailCard,
    now: DateTime<Utc>,
) -> ProfilePage {
    let of = |field| FieldError::of(mistakes, field);
    let own = shell.own_zone.map(Zone::name);
    let zone = form.time_zone.as_deref().unwrap_or(own.unwrap_or_default());
    let theme = form.theme.map_or(shell.theme, Theme::name);
    ProfilePage {
        action: PATH,
        summary: ErrorSummary::of(mistakes),
        name: TextField::text("name", "Name", form.name.as_deref().unwrap_or(&person.name))
            .autocomplete("name")
            .max_length(80)
            .hint("Everybody you work with in a workspace sees it.")
            .error(of("name")),
        email,
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
        shell: shell.titled("Profile · Your account", "profile").at(PATH),
    }
}
