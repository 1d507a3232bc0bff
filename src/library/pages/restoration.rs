//! *Restore*, also by *Undo*; where the name is taken by now, under another.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{OfFolder, back, folder_path, trash};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{actions, find::find, views::RestorePage},
    policy::RestoreFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path,
        back::Next,
        see_other_with,
        ui::{ErrorSummary, Shell, TextField},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreForm {
    /// Another, where the dialog asks for one.
    pub name: Option<String>,
    #[serde(default)]
    pub next: Next,
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
) -> PageResult {
    page(
        actor,
        shell,
        &db,
        (of.folder, None, &[]),
        &Next::default(),
        now,
    )
    .await?
    .ok()
}

pub async fn restore(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<RestoreForm>,
) -> PageResult {
    let (restorer, name) = (actor.clone(), form.name.clone());
    let done = db
        .run(move |conn| actions::restore(conn, &restorer, (of.folder, name.as_deref()), now))
        .await;
    match done {
        Ok(folder) => {
            let to = back(&shell, &form.next, folder_path(&shell, folder.id));
            let flash = Flash::done(
                format!("{} is restored.", folder.name),
                "Whoever had access has it again.",
            );
            see_other_with(&to, flash)
        }
        Err(Error::Invalid(mistakes)) => page(
            actor,
            shell,
            &db,
            (of.folder, form.name, &mistakes),
            &form.next,
            now,
        )
        .await?
        .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, typed, mistakes): (FolderId, Option<String>, &[FieldError]),
    next: &Next,
    now: DateTime<Utc>,
) -> Result<Page<RestorePage>> {
    let viewer = actor.clone();
    let (found, read) = db
        .run(move |conn| {
            let found = find::<RestoreFolder>(conn, &viewer, id, now)?;
            Ok((found, trash::Read::first(conn, &viewer, now)?))
        })
        .await?;
    let name = found.folder.name;
    let view = read.view(&shell, now);
    let typed = typed.unwrap_or_else(|| name.clone());
    let field = TextField::text("name", "Name", typed)
        .max_length(120)
        .error(FieldError::of(mistakes, "name"));
    Ok(Page(RestorePage {
        action: format!("{}/restoration", folder_path(&shell, id)),
        cancel: view.action.clone(),
        next: back(&shell, next, view.action.clone()),
        summary: ErrorSummary::of(mistakes),
        name: match mistakes.is_empty() {
            true => field.autofocus(),
            false => field,
        },
        shell: shell
            .titled(format!("Restore {name}"), "trash")
            .at(view.action.clone()),
        folder: name,
        trash: view,
    }))
}
