//! One change to many keys: what it would do is shown first, then it is done at once.

mod all;
mod edits;
mod question;
pub(super) mod words;

use std::collections::BTreeSet;

use actix_web::web::Data;
use serde::Deserialize;

pub use self::edits::edit_all;
use self::{
    all::{Matching, Picked, Sure, decide, picked, respond},
    question::Question,
    words::{phrase, result, skipped_in_words},
};
use super::{back::Next, list_path, revoke::folded};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::{KeyChangeId, KeyId},
    keys::{
        actions::{self, Outcome},
        model::{Bulk, BulkAction, Reason},
    },
    policy::{ManageKeys, permit},
    reached_folders::ReachedFolders,
    web::{Flash, Form, Now, Page, PageResult, Path, see_other_with, ui::Shell},
};

/// The bar under the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    #[serde(default)]
    id: Vec<String>,
    /// All that a list shows, by the query of its address.
    matching: Option<String>,
    r#do: BulkAction,
    #[serde(default)]
    next: Next,
}

/// The question, answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(default)]
    id: Vec<String>,
    matching: Option<String>,
    reason: Option<Reason>,
    #[serde(default)]
    confirm: String,
    #[serde(default)]
    next: Next,
}

#[derive(Deserialize)]
pub struct OfChange {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    change: KeyChangeId,
}

type Request = (
    Actor,
    Shell,
    (Data<Db>, Data<dyn ReachedFolders>),
    Now,
    Form<Answer>,
);

/// Asks; nothing is changed yet.
pub async fn select(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Form(form): Form<Selection>,
) -> PageResult {
    let back = form.next.or_list(&list_path(&shell));
    let picked = picked(&actor, &db, (form.id, form.matching), now).await?;
    let at = (shell.zone, now);
    let bulk = match form.r#do {
        BulkAction::Activate => Bulk::Activate,
        BulkAction::Deactivate => Bulk::Deactivate,
        BulkAction::Revoke => Bulk::Revoke(Reason::Unneeded),
        BulkAction::Restore => Bulk::Restore,
        edit => return edits::ask(actor, shell, &db, (edit, picked, form.next), now).await,
    };
    let ids = match picked {
        Picked::These(ids) if ids.is_empty() => return see_other_with(&back, none_selected()),
        Picked::These(ids) => parsed(&ids)?,
        Picked::All(matching) => {
            let answered = db
                .run(move |conn| decide(conn, &actor, (bulk, matching), Sure::No, at))
                .await?;
            return respond(answered, shell, (&form.next, Vec::new()), None, now);
        }
    };
    let question = db
        .run(move |conn| {
            let outcome = actions::preview(conn, &actor, &bulk, &ids, now)?;
            let question = Question::about(conn, &actor, bulk, outcome, at)?;
            question.losing(conn, &actor, &**folders, now)
        })
        .await?;
    if question.outcome.changes.is_empty() {
        return see_other_with(&back, nothing(form.r#do, &question.outcome));
    }
    Page(question.page(shell, &form.next, ("", None), now)).ok()
}

pub async fn activate_all(request: Request) -> PageResult {
    answer(Bulk::Activate, request).await
}

pub async fn deactivate_all(request: Request) -> PageResult {
    answer(Bulk::Deactivate, request).await
}

pub async fn revoke_all(request: Request) -> PageResult {
    let reason = request.4.0.reason.unwrap_or(Reason::Unneeded);
    answer(Bulk::Revoke(reason), request).await
}

pub async fn restore_all(request: Request) -> PageResult {
    answer(Bulk::Restore, request).await
}

async fn answer(bulk: Bulk, request: Request) -> PageResult {
    let (actor, shell, (db, folders), Now(now), Form(form)) = request;
    let typed = folded(&form.confirm);
    let (at, asked) = ((shell.zone, now), bulk.clone());
    if let Some(query) = &form.matching {
        permit::<ManageKeys>(&actor)?;
        let matching = Matching::parse(query)?;
        let answered = db
            .run(move |conn| {
                let sure = match bulk {
                    Bulk::Revoke(_) => Sure::If(&typed),
                    _ => Sure::Yes,
                };
                decide(conn, &actor, (bulk, matching), sure, at)
            })
            .await?;
        let terms = (&form.next, Vec::new());
        return respond(answered, shell, terms, Some(&form.confirm), now);
    }
    let ids = parsed(&form.id)?;
    // Looked at and done in one transaction: what was confirmed is what is done.
    let done = db
        .run(move |conn| {
            if matches!(bulk, Bulk::Revoke(_)) {
                let outcome = actions::preview(conn, &actor, &bulk, &ids, now)?;
                let n = outcome.changes.len();
                if n > 0 && typed != phrase(BulkAction::Revoke, n) {
                    let question = Question::about(conn, &actor, bulk, outcome, at)?;
                    return question.losing(conn, &actor, &**folders, now).map(Err);
                }
            }
            actions::change_all(conn, &actor, &bulk, &ids, now).map(Ok)
        })
        .await?;
    match done {
        Ok((outcome, change)) => {
            let change = change.filter(|_| asked != Bulk::Revoke(Reason::Compromised));
            told(&shell, &form.next, result(&asked, &outcome), change)
        }
        Err(question) => {
            let phrase = phrase(BulkAction::Revoke, question.outcome.changes.len());
            let why = format!("The text does not match. Type {phrase}");
            let typed = (form.confirm.as_str(), Some(why));
            Page(question.page(shell, &form.next, typed, now)).unprocessable()
        }
    }
}

pub async fn undo_all(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfChange>,
    Form(back): Form<super::back::Back>,
) -> PageResult {
    let (bulk, outcome) = db
        .run(move |conn| actions::undo_all(conn, &actor, of.change, now))
        .await?;
    told(&shell, &back.next, result(&bulk, &outcome), None)
}

/// Back to where it was asked for. `change`: what can be undone.
fn told(shell: &Shell, next: &Next, flash: Flash, change: Option<KeyChangeId>) -> PageResult {
    let list = list_path(shell);
    let flash = match change {
        Some(change) => flash.undo(format!("{list}/changes/{change}/reversal")),
        None => flash,
    };
    see_other_with(&next.or_list(&list), flash)
}

fn none_selected() -> Flash {
    Flash::not_done("No key is selected.", "Tick the keys, then choose.")
}

fn nothing(action: BulkAction, outcome: &Outcome) -> Flash {
    let strong = format!("Nothing to {}.", action.verb());
    Flash::not_done(strong, skipped_in_words(outcome))
}

/// As a set: who is ticked twice is changed once. What is no id is no key of ours.
fn parsed(ids: &[String]) -> Result<BTreeSet<KeyId>> {
    ids.iter()
        .map(|id| id.parse().map_err(|_| Error::NotFound))
        .collect()
}
