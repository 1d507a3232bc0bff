//! *Generate new key*: the dialog, and the one answer that contains a secret key.

mod check;
mod reveal;
pub(super) mod typed;
mod view;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

pub(super) use self::reveal::{Reveal, careful, curl, env, expires, reveal, shown};
use self::typed::NewKeyForm;
use super::{
    back::at_key,
    like,
    limits::{self, Around},
    list::{self, Read},
    list_path,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    key_files::Pepper,
    keys::{
        actions,
        model::Key,
        seal::KeySeal,
        secret::Secret,
        store,
        views::{Like, NewPage, RecoverableTick},
    },
    policy::{self, ListKeys, ManageKeys, permit},
    web::{Flash, Form, Now, Page, PageResult, Query, Site, see_other_with, time::Zone, ui::Shell},
    workspaces,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// The id of a key whose settings the new one begins with.
    like: Option<String>,
    /// The id of a compromised key in whose place it is made.
    replaces: Option<String>,
}

pub async fn new(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<NewQuery>,
) -> PageResult {
    permit::<ManageKeys>(&actor)?;
    let (maker, at) = (actor.clone(), (shell.zone, now));
    let (form, like) = match (query.replaces, query.like) {
        (None, None) => (NewKeyForm::fresh(), None),
        (Some(id), _) => {
            let (form, like) = db
                .run(move |conn| like::fill_replacement(conn, &maker, &id, at))
                .await?;
            (form, Some(like))
        }
        (None, Some(id)) => {
            let (form, like) = db
                .run(move |conn| like::fill(conn, &maker, &id, at))
                .await?;
            (form, Some(like))
        }
    };
    page(actor, shell, &db, (&form, like), &[], now).await?.ok()
}

pub async fn create(
    actor: Actor,
    shell: Shell,
    app: (Data<Db>, Data<Pepper>, Data<KeySeal>, Data<Site>),
    Now(now): Now,
    Form(form): Form<NewKeyForm>,
) -> PageResult {
    let (db, pepper, seal, site) = app;
    permit::<ManageKeys>(&actor)?;
    let held = policy::held(&actor);
    if form.only_applies() {
        let form = form.applied(&held, actor.source.ip);
        return page(actor, shell, &db, (&form, None), &[], now).await?.ok();
    }
    let (maker, typed, at) = (actor.clone(), form.clone(), (shell.zone, now));
    let made = db
        .run(move |conn| make(conn, &maker, (&pepper, &seal), &typed, at))
        .await;
    match made {
        Ok((key, ..)) if key.kind.is_publishable() => {
            let text =
                "It is for browsers and stays visible: copy it from its card whenever you need it.";
            let said = Flash::done(format!("{} is generated.", key.label), text);
            see_other_with(&form.done(&list_path(&shell), key.id), said)
        }
        Ok((key, secret, list)) => {
            let path = list_path(&shell);
            let list = list.view(&shell, &path, now);
            let reveal_of = Reveal {
                mark: "Key generated.",
                old: String::new(),
                done: form.done(&path, key.id),
            };
            let shell = shell.at(&path);
            Page(reveal(shell, list, (&key, &secret), reveal_of, &site)).created()
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            not_made(actor, shell, &db, (&form, error), now).await
        }
        Err(other) => Err(other.into()),
    }
}

/// With the list behind the answer.
fn make(
    conn: &mut PgConnection,
    actor: &Actor,
    keep: (&Pepper, &KeySeal),
    form: &NewKeyForm,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<(Key, Secret, Read)> {
    let lifetimes = workspaces::key_lifetimes(conn, &permit::<ManageKeys>(actor)?)?;
    let new = form.check(&policy::held(actor), (lifetimes, zone, now))?;
    let (key, secret) = actions::create(conn, actor, keep, &new, now)?;
    if let Some(id) = form.replaces()? {
        actions::incident::replace(conn, actor, id, &key, now)?;
    }
    Ok((key, secret, list::read_newest(conn, actor, (zone, now))?))
}

/// A form that made its key takes its own label: what the database says first is chance.
async fn not_made(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (form, error): (&NewKeyForm, Error),
    now: DateTime<Utc>,
) -> PageResult {
    let (finder, path, nonce) = (actor.clone(), list_path(&shell), form.nonce);
    let made = db
        .run(move |conn| store::find_by_nonce(conn, &permit::<ListKeys>(&finder)?, nonce))
        .await?;
    match (made, error) {
        (Some(key), _) if key.kind.is_publishable() => {
            let said = Flash::done(
                format!("{} was generated before.", key.label),
                "This is its card.",
            );
            see_other_with(&at_key(&path, key.id), said)
        }
        (Some(key), _) => Page(shown(shell, &path, key, "generated", now)).conflict(),
        (None, Error::Invalid(mistakes)) => page(actor, shell, db, (form, None), &mistakes, now)
            .await?
            .unprocessable(),
        (None, other) => Err(other.into()),
    }
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (form, like): (&NewKeyForm, Option<Like>),
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<NewPage>> {
    let (held, at) = (policy::held(&actor), (shell.zone, now));
    let ip = actor.source.ip;
    let (read, workspace) = db
        .run(move |conn| {
            actions::check_may_make(conn, &actor)?;
            let workspace = workspaces::find(conn, &permit::<ManageKeys>(&actor)?)?;
            Ok((list::read_newest(conn, &actor, at)?, workspace))
        })
        .await?;
    let path = list_path(&shell);
    let not_recoverable = FieldError::of(mistakes, "recoverable");
    let may_be = workspace.recoverable_keys || not_recoverable.is_some();
    Ok(Page(NewPage {
        list: read.view(&shell, &path, now),
        form: form.typed().view(
            (format!("{path}/new"), form.cancel(&path)),
            &held,
            mistakes,
            (workspace.key_lifetimes(), shell.zone, now),
            Around {
                default_rate: workspace.default_rate_limit_per_minute,
                ip,
                is_applied: form.apply.as_deref() == Some(limits::ADDRESS),
            },
        ),
        nonce: form.nonce.to_string(),
        replaces: form.replaces.clone(),
        like,
        recoverable: may_be.then(|| RecoverableTick {
            is_own: shell.is_own,
            is_set: form.recoverable.is_some() && not_recoverable.is_none(),
            error: not_recoverable,
        }),
        shell: shell
            .titled("Generate new key", "api")
            .at(format!("{path}/new")),
    }))
}
