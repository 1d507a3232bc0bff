//! Your account → Profile: name, time zone and theme.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    actor::Person,
    auth::views::{Choice, ProfilePage},
    db::Db,
    error::FieldError,
    people::{self, Profile, Theme},
    web::{
        Flash, Form, Now, Page, PageResult, see_other, see_other_with,
        text::is_local_path,
        time::Zone,
        ui::{ErrorSummary, Shell, TextField},
    },
};

const PATH: &str = "/account";

pub async fn profile(person: Person, shell: Shell, Now(now): Now) -> PageResult {
    let form = ProfileForm {
        name: Some(person.name.clone()),
        time_zone: None,
        theme: None,
    };
    Page(page(shell, &person, &form, &[], now)).ok()
}

/// What is missing stays as it is; an empty time zone is none of one's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileForm {
    name: Option<String>,
    time_zone: Option<String>,
    theme: Option<Theme>,
}

pub async fn change_profile(
    person: Person,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<ProfileForm>,
) -> PageResult {
    let to = match Profile::parse(form.name.as_deref(), form.time_zone.as_deref(), form.theme) {
        Ok(to) => to,
        Err(mistakes) => {
            return Page(page(shell, &person, &form, &mistakes, now)).unprocessable();
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
        email: person.email.clone(),
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
