//! The screens of a workspace's own settings.

use actix_web::web::Data;
use serde::Deserialize;

use super::{actions, model::NewWorkspace, store, views::GeneralPage};
use crate::{
    actor::Actor,
    db::Db,
    error::Error,
    policy::{ChangeWorkspace, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other, see_other_with,
        ui::{ErrorSummary, Shell, TextField},
    },
};

/// Until there is a page outside of Settings, a workspace opens with its keys.
pub async fn enter(Path(slug): Path<String>) -> PageResult {
    see_other(&format!("/w/{slug}/settings/api-keys"))
}

pub async fn general(actor: Actor, shell: Shell, db: Data<Db>) -> PageResult {
    let workspace = db
        .run(move |conn| store::find(conn, &permit::<ChangeWorkspace>(&actor)?))
        .await?;
    Page(page(shell, &workspace.name, None)).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    name: String,
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(settings): Form<Settings>,
) -> PageResult {
    permit::<ChangeWorkspace>(&actor)?;
    let new = match NewWorkspace::parse(&settings.name) {
        Ok(new) => new,
        Err(why) => return Page(page(shell, &settings.name, Some(why))).unprocessable(),
    };
    let flash = Flash::done("Saved.", format!("The workspace is called {}.", new.name()));
    db.run(move |conn| actions::rename(conn, &actor, &new, now))
        .await?;
    let general = shell
        .workspace
        .as_ref()
        .map(|w| w.general.as_str())
        .ok_or(Error::NotFound)?;
    see_other_with(general, flash)
}

fn page(shell: Shell, name: &str, mistake: Option<String>) -> GeneralPage {
    let home = shell.workspace.as_ref();
    GeneralPage {
        workspace: home.map(|w| w.name.clone()).unwrap_or_default(),
        action: home.map(|w| w.general.clone()).unwrap_or_default(),
        summary: ErrorSummary::of_one("name", mistake.as_ref()),
        name: TextField::text("name", "Name", name)
            .autocomplete("organization")
            .max_length(80)
            .error(mistake),
        shell: shell.titled("General", "general"),
    }
}
