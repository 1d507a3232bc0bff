//! *Restore key*: at once, or with another label where its own was taken.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{OfKey, list, list_path};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError},
    ids::KeyId,
    keys::{actions, store, views::RestorePage},
    policy::{ListKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other, see_other_with, text,
        ui::{ErrorSummary, Shell, TextField},
    },
};

/// The dialog for another label; a key that is not revoked has nothing to restore.
pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let permitted = actor.clone();
    let listed = db
        .run(move |conn| store::find(conn, &permit::<ListKeys>(&permitted)?, of.id, now))
        .await?;
    if listed.key.revoked_at.is_none() {
        return see_other(&format!("{}#k-{}", list_path(&shell), of.id));
    }
    let label = listed.key.label.clone();
    page(actor, shell, &db, of.id, label, None, now).await?.ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restored {
    label: Option<String>,
    #[serde(default)]
    next: String,
}

pub async fn restore(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<Restored>,
) -> PageResult {
    let label = match form
        .label
        .as_deref()
        .map(|typed| text::line(typed, "a label", 80))
        .transpose()
    {
        Ok(label) => label,
        Err(why) => {
            let typed = form.label.unwrap_or_default();
            return page(actor, shell, &db, of.id, typed, Some(why), now)
                .await?
                .unprocessable();
        }
    };
    let (restorer, wanted) = (actor.clone(), label.clone());
    let done = db
        .run(move |conn| actions::restore(conn, &restorer, of.id, wanted.as_deref(), now))
        .await;
    match done {
        Ok(key) => {
            let list = list_path(&shell);
            let flash = Flash::done(
                format!("{} is restored.", key.label),
                "It is deactivated: activate it when it may be used again.",
            );
            // Not back to the list of revoked keys, where it no longer is.
            let page = format!("{list}/{}", key.id);
            let to = if form.next == page {
                page
            } else {
                format!("{list}#k-{}", key.id)
            };
            see_other_with(&to, flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let why = mistakes
                .into_iter()
                .map(|FieldError { message, .. }| message)
                .next();
            page(
                actor,
                shell,
                &db,
                of.id,
                label.unwrap_or_default(),
                why,
                now,
            )
            .await?
            .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    id: KeyId,
    typed: String,
    mistake: Option<String>,
    now: DateTime<Utc>,
) -> Result<Page<RestorePage>, Error> {
    let (listed, list) = db
        .run(move |conn| {
            let listed = store::find(conn, &permit::<ListKeys>(&actor)?, id, now)?;
            Ok((listed, list::read_newest(conn, &actor, now)?))
        })
        .await?;
    let path = list_path(&shell);
    let taken = listed.key.label;
    let value = if typed.is_empty() {
        taken.clone()
    } else {
        typed
    };
    Ok(Page(RestorePage {
        action: format!("{path}/{id}/restoration"),
        cancel: format!("{path}?status=revoked#k-{id}"),
        label: TextField::text("label", "Label", value)
            .max_length(80)
            .error(mistake.clone()),
        summary: ErrorSummary::of_one("label", mistake.as_ref()),
        list: list.view(&shell, &path, now),
        shell: shell.titled(format!("Restore {taken}?"), "api").at(path),
        taken,
    }))
}
