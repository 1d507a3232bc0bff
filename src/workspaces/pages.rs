//! The screens of a workspace's own settings.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    actions,
    model::Settings,
    store,
    views::{GeneralPage, ZoneChoice},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError},
    policy::{ChangeWorkspace, DeleteWorkspace, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other, see_other_with,
        time::Zone,
        ui::{ErrorSummary, Shell, TextField},
    },
};

/// Until there is a page outside of Settings, a workspace opens with its keys.
pub async fn enter(Path(slug): Path<String>) -> PageResult {
    see_other(&format!("/w/{slug}/settings/api-keys"))
}

pub async fn general(actor: Actor, shell: Shell, db: Data<Db>, Now(now): Now) -> PageResult {
    let deletes = permit::<DeleteWorkspace>(&actor).is_ok();
    let workspace = db
        .run(move |conn| store::find(conn, &permit::<ChangeWorkspace>(&actor)?))
        .await?;
    let form = SettingsForm {
        was_name: Some(workspace.name.clone()),
        was_time_zone: Some(workspace.time_zone.clone()),
        name: workspace.name,
        time_zone: Some(workspace.time_zone),
        check: None,
    };
    Page(page(shell, deletes, &form, &[], now)).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsForm {
    name: String,
    time_zone: Option<String>,
    /// What the form was filled with: only what differs from it is changed.
    was_name: Option<String>,
    was_time_zone: Option<String>,
    /// Pressed to see what the choice means, before it is saved.
    check: Option<String>,
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<SettingsForm>,
) -> PageResult {
    permit::<ChangeWorkspace>(&actor)?;
    let deletes = permit::<DeleteWorkspace>(&actor).is_ok();
    if form.check.is_some() {
        return Page(page(shell, deletes, &form, &[], now)).ok();
    }
    let to = match Settings::parse(Some(&form.name), form.time_zone.as_deref()) {
        Ok(to) => to,
        Err(mistakes) => return Page(page(shell, deletes, &form, &mistakes, now)).unprocessable(),
    };
    let from = Settings::parse(form.was_name.as_deref(), form.was_time_zone.as_deref())
        .map_err(|_| Error::Unreadable("A field was changed by somebody else than its form."))?;
    let saved = db
        .run(move |conn| actions::change(conn, &actor, (&from, &to), now))
        .await?;
    let general = shell
        .workspace
        .as_ref()
        .map(|w| w.general.as_str())
        .ok_or(Error::NotFound)?;
    let text = format!(
        "The workspace is called {}. Times are those of {}.",
        saved.name, saved.time_zone
    );
    see_other_with(general, Flash::done("Saved.", text))
}

fn page(
    shell: Shell,
    deletes: bool,
    form: &SettingsForm,
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> GeneralPage {
    let home = shell.workspace.as_ref();
    let called = home.map_or("", |w| w.name.as_str());
    let chosen = match &form.time_zone {
        Some(name) => Zone::named(name),
        None => Some(shell.zone),
    };
    GeneralPage {
        workspace: called.to_owned(),
        action: home.map(|w| w.general.clone()).unwrap_or_default(),
        summary: ErrorSummary::of(mistakes),
        name: TextField::text("name", "Name", &form.name)
            .autocomplete("organization")
            .max_length(80)
            .error(FieldError::of(mistakes, "name")),
        zones: Zone::all()
            .map(|zone| ZoneChoice {
                name: zone.name(),
                selected: Some(zone) == chosen,
            })
            .collect(),
        zone_error: FieldError::of(mistakes, "time_zone"),
        zone_now: chosen.unwrap_or(shell.zone).date(now).exact,
        was_name: form.was_name.clone().unwrap_or_default(),
        was_time_zone: form.was_time_zone.clone().unwrap_or_default(),
        deletion: home
            .filter(|_| deletes)
            .map(|w| w.general.replace("/general", "/deletion")),
        shell: shell.titled("General", "general"),
    }
}
