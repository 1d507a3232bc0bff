//! The guided page after a compromise: what is done is kept, whoever goes on with it and whenever.

mod heads;
mod open;
mod read;
mod record;
mod shares;
mod steps;
mod typed;

use std::collections::BTreeSet;

use actix_web::web::Data;
use serde::Deserialize;

pub use self::{
    open::{Open, read as read_open},
    shares::{ask as ask_withdraw, give_back, withdraw},
};
use self::{
    read::Read,
    typed::{NotesForm, Shown},
};
use super::{OfKey, list_path};
use crate::{
    actor::Actor,
    audit::Places,
    db::Db,
    error::Error,
    given_shares::GivenShares,
    ids::KeyId,
    keys::{
        actions::incident::{self as actions, Written},
        model::Step,
    },
    web::{Flash, Form, Now, Page, PageResult, Path, see_other_with, ui::Shell},
};

type Tools = (Data<Db>, Data<dyn GivenShares>);

/// The address of a key's incident.
pub fn address(list: &str, id: KeyId) -> String {
    format!("{list}/{id}/incident")
}

pub async fn show(
    actor: Actor,
    shell: Shell,
    (db, shares): Tools,
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let (places, at) = (Places::of(shell.workspace.as_ref()), (shell.zone, now));
    let read = db
        .run(move |conn| Read::of(conn, &actor, of.id, (&places, &**shares), at))
        .await?;
    match read.record() {
        Some(record) => Page(record::page(&read, &record, shell, now)).ok(),
        None => Page(read.page(shell, &Shown::default(), now)).ok(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacesForm {
    #[serde(default)]
    place: BTreeSet<String>,
    /// Those that were ticked when the form was made.
    #[serde(default)]
    was: BTreeSet<String>,
}

pub async fn save_places(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<PlacesForm>,
) -> PageResult {
    db.run(move |conn| actions::tick_places(conn, &actor, of.id, (&form.was, &form.place), now))
        .await?;
    let flash = Flash::done("What is updated is saved.", "");
    see_other_with(&address(&list_path(&shell), of.id), flash)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepForm {
    step: Step,
    done: bool,
}

pub async fn mark(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<StepForm>,
) -> PageResult {
    let step = (form.step, form.done);
    db.run(move |conn| actions::mark(conn, &actor, of.id, step, now))
        .await?;
    let said = match form.done {
        true => "The step is done.",
        false => "The step is open again.",
    };
    see_other_with(&address(&list_path(&shell), of.id), Flash::done(said, ""))
}

pub async fn save_notes(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<NotesForm>,
) -> PageResult {
    let drafts = match form.drafts() {
        Ok(drafts) => drafts,
        Err(mistakes) => return again(actor, shell, &tools, of.id, form.with(mistakes), now).await,
    };
    let writer = actor.clone();
    let done = tools
        .0
        .run(move |conn| actions::write(conn, &writer, of.id, &drafts, now))
        .await?;
    match done {
        Written::Saved => {
            let flash = Flash::done("What you wrote is saved.", "");
            see_other_with(&address(&list_path(&shell), of.id), flash)
        }
        Written::Clash => again(actor, shell, &tools, of.id, form.clashing(), now).await,
    }
}

pub async fn close(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<NotesForm>,
) -> PageResult {
    let drafts = match form.drafts() {
        Ok(drafts) => drafts,
        Err(mistakes) => return again(actor, shell, &tools, of.id, form.with(mistakes), now).await,
    };
    let closer = actor.clone();
    let (db, shares) = tools.clone();
    let done = db
        .run(move |conn| actions::close(conn, &closer, of.id, (&drafts, &**shares), now))
        .await;
    match done {
        Ok(Written::Saved) => {
            let text = "It is in the audit log, and on this page to be printed.";
            let flash = Flash::done("The incident is closed.", text);
            see_other_with(&address(&list_path(&shell), of.id), flash)
        }
        Ok(Written::Clash) => again(actor, shell, &tools, of.id, form.clashing(), now).await,
        Err(Error::Invalid(mistakes)) => {
            again(actor, shell, &tools, of.id, form.with(mistakes), now).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The page with what was typed, and what is wrong with it.
async fn again(
    actor: Actor,
    shell: Shell,
    (db, given): &Tools,
    id: KeyId,
    shown: Shown,
    now: chrono::DateTime<chrono::Utc>,
) -> PageResult {
    let (places, at) = (Places::of(shell.workspace.as_ref()), (shell.zone, now));
    let given = given.clone();
    let read = db
        .run(move |conn| Read::of(conn, &actor, id, (&places, &**given), at))
        .await?;
    let is_clash = shown.is_clash;
    let path = address(&list_path(&shell), id);
    let page = Page(read.page(shell.at(path), &shown, now));
    match is_clash {
        true => page.conflict(),
        false => page.unprocessable(),
    }
}
