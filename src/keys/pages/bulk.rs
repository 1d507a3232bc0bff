//! One change to many keys: what it would do is shown first, then it is done at once.

mod question;

use std::collections::BTreeSet;

use actix_web::web::Data;
use serde::Deserialize;

use self::question::Question;
use super::{back::Next, list_path, revoke::folded};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::{KeyChangeId, KeyId},
    keys::{
        actions::{self, Outcome},
        model::{Bulk, Reason},
    },
    web::{Flash, Form, Now, Page, PageResult, Path, see_other_with, time, ui::Shell},
};

/// The bar under the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    #[serde(default)]
    id: Vec<String>,
    r#do: Bulk,
    #[serde(default)]
    next: Next,
}

/// The question, answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(default)]
    id: Vec<String>,
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

type Request = (Actor, Shell, Data<Db>, Now, Form<Answer>);

/// Asks; nothing is changed yet.
pub async fn select(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<Selection>,
) -> PageResult {
    let (ids, bulk) = (parsed(&form.id)?, form.r#do);
    let back = form.next.or_list(&list_path(&shell));
    if ids.is_empty() {
        let flash = Flash::not_done("No key is selected.", "Tick the keys, then choose.");
        return see_other_with(&back, flash);
    }
    let zone = shell.zone;
    let question = db
        .run(move |conn| {
            let outcome = actions::preview(conn, &actor, bulk, &ids, now)?;
            Question::about(conn, &actor, bulk, outcome, (zone, now))
        })
        .await?;
    if question.outcome.changes.is_empty() {
        let strong = format!("Nothing to {}.", bulk.name());
        let flash = Flash::not_done(strong, skipped_in_words(&question.outcome));
        return see_other_with(&back, flash);
    }
    let fresh = Answer {
        id: Vec::new(),
        reason: None,
        confirm: String::new(),
        next: form.next,
    };
    Page(question.page(shell, &fresh, None, now)).ok()
}

pub async fn activate_all(request: Request) -> PageResult {
    answer(Bulk::Activate, request).await
}

pub async fn deactivate_all(request: Request) -> PageResult {
    answer(Bulk::Deactivate, request).await
}

pub async fn revoke_all(request: Request) -> PageResult {
    answer(Bulk::Revoke, request).await
}

pub async fn restore_all(request: Request) -> PageResult {
    answer(Bulk::Restore, request).await
}

async fn answer(bulk: Bulk, request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Form(form)) = request;
    let ids = parsed(&form.id)?;
    let reason = form.reason.unwrap_or(Reason::Unneeded);
    let typed = folded(&form.confirm);
    let zone = shell.zone;
    // Looked at and done in one transaction: what was confirmed is what is done.
    let done = db
        .run(move |conn| {
            if bulk == Bulk::Revoke {
                let outcome = actions::preview(conn, &actor, bulk, &ids, now)?;
                if !outcome.changes.is_empty() && typed != phrase(bulk, &outcome) {
                    return Question::about(conn, &actor, bulk, outcome, (zone, now)).map(Err);
                }
            }
            actions::change_all(conn, &actor, (bulk, reason), &ids, now).map(Ok)
        })
        .await?;
    let (outcome, change) = match done {
        Ok(done) => done,
        Err(question) => {
            let why = format!(
                "The text does not match. Type {}",
                phrase(bulk, &question.outcome)
            );
            return Page(question.page(shell, &form, Some(why), now)).unprocessable();
        }
    };
    let list = list_path(&shell);
    let flash = result(bulk, &outcome);
    let flash = match change {
        Some(change) if reason == Reason::Unneeded => {
            flash.undo(format!("{list}/changes/{change}/reversal"))
        }
        _ => flash,
    };
    see_other_with(&form.next.or_list(&list), flash)
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
    let list = list_path(&shell);
    see_other_with(&back.next.or_list(&list), result(bulk, &outcome))
}

/// As a set: who is ticked twice is changed once. What is no id is no key of ours.
fn parsed(ids: &[String]) -> Result<BTreeSet<KeyId>> {
    ids.iter()
        .map(|id| id.parse().map_err(|_| Error::NotFound))
        .collect()
}

fn keys(n: usize) -> String {
    time::counted(i64::try_from(n).unwrap_or(i64::MAX), "key")
}

/// "revoke 3 keys": what is typed to confirm, and what the title asks.
fn phrase(bulk: Bulk, outcome: &Outcome) -> String {
    format!("{} {}", bulk.name(), keys(outcome.changes.len()))
}

/// "3 keys are deactivated. 2 skipped: deactivated already."
fn result(bulk: Bulk, outcome: &Outcome) -> Flash {
    let n = outcome.changes.len();
    let (is, state) = (
        if n == 1 { "is" } else { "are" },
        match bulk {
            Bulk::Activate => "active",
            Bulk::Deactivate => "deactivated",
            Bulk::Revoke => "revoked",
            Bulk::Restore => "restored and deactivated",
        },
    );
    let skipped = skipped_in_words(outcome);
    match n {
        0 => Flash::not_done("Nothing was changed.", skipped),
        n => Flash::done(format!("{} {is} {state}.", keys(n)), skipped),
    }
}

fn skipped_in_words(outcome: &Outcome) -> String {
    outcome
        .reasons()
        .into_iter()
        .map(|(skip, n)| format!("{n} skipped: {}.", skip.why()))
        .collect::<Vec<_>>()
        .join(" ")
}
