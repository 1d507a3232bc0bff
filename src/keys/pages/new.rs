//! *Generate new key*: the dialog, and the one answer that contains a secret key.

pub(super) mod typed;
mod view;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use self::typed::NewKeyForm;
use super::{
    back::at_key,
    like,
    list::{self, Read},
    list_path, tag,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    key_files::Pepper,
    keys::{
        actions,
        model::Key,
        secret::Secret,
        store,
        views::{KeyList, Like, NewPage, RevealPage, ShownPage},
    },
    permissions::Permissions,
    policy::{self, ListKeys, ManageKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Query, Site, see_other_with,
        time::Zone,
        ui::{Shell, last_moment},
    },
    workspaces,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// The id of a key whose settings the new one begins with.
    like: Option<String>,
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
    let (form, like) = match query.like {
        None => (NewKeyForm::fresh(), None),
        Some(id) => {
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
    app: (Data<Db>, Data<Pepper>, Data<Site>),
    Now(now): Now,
    Form(form): Form<NewKeyForm>,
) -> PageResult {
    let (db, pepper, site) = app;
    permit::<ManageKeys>(&actor)?;
    let held = policy::held(&actor);
    if form.only_applies_preset() {
        let form = form.with_preset(&held);
        return page(actor, shell, &db, (&form, None), &[], now).await?.ok();
    }
    let (maker, typed, at) = (actor.clone(), form.clone(), (shell.zone, now));
    let made = db
        .run(move |conn| make(conn, &maker, &pepper, &typed, at))
        .await;
    match made {
        Ok((key, ..)) if key.kind.is_publishable() => {
            let text =
                "It is for browsers and stays visible: copy it from its card whenever you need it.";
            let said = Flash::done(format!("{} is generated.", key.label), text);
            see_other_with(&at_key(&list_path(&shell), key.id), said)
        }
        Ok((key, secret, list)) => {
            let path = list_path(&shell);
            let list = list.view(&shell, &path, now);
            Page(reveal(shell.at(&path), list, &key, &secret, &site)).created()
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
    pepper: &Pepper,
    form: &NewKeyForm,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<(Key, Secret, Read)> {
    actions::check_may_make(conn, actor)?;
    let lifetimes = workspaces::key_lifetimes(conn, &permit::<ManageKeys>(actor)?)?;
    let new = form.check(&policy::held(actor), (lifetimes, zone, now))?;
    let (key, secret) = actions::create(conn, actor, pepper, &new, now)?;
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
        (Some(key), _) => Page(shown(shell, &path, key, now)).conflict(),
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
    let (read, lifetimes) = db
        .run(move |conn| {
            actions::check_may_make(conn, &actor)?;
            let workspace = workspaces::find(conn, &permit::<ManageKeys>(&actor)?)?;
            let read = list::read_newest(conn, &actor, at)?;
            Ok((read, workspace.key_lifetimes()))
        })
        .await?;
    let path = list_path(&shell);
    Ok(Page(NewPage {
        list: read.view(&shell, &path, now),
        form: form.typed().view(
            (format!("{path}/new"), path.clone()),
            &held,
            mistakes,
            (lifetimes, shell.zone, now),
        ),
        nonce: form.nonce.to_string(),
        like,
        shell: shell
            .titled("Generate new key", "api")
            .at(format!("{path}/new")),
    }))
}

fn reveal(shell: Shell, list: KeyList, key: &Key, secret: &Secret, site: &Site) -> RevealPage {
    let value = secret.reveal();
    let names: Vec<&str> = key.permissions.iter().map(|p| p.describe().name).collect();
    RevealPage {
        id: key.id.to_string(),
        label: key.label.clone(),
        env: format!("KEYROOM_API_KEY={value}"),
        curl: format!(
            "curl -H \"Authorization: Bearer {value}\" {}",
            site.public_url.at("/v1/whoami")
        ),
        value: value.to_owned(),
        permissions: names.join(", "),
        expires: key.expires_at.map_or_else(
            || "Never".to_owned(),
            |end| shell.zone.long_day(last_moment(end)),
        ),
        careful: careful(&key.permissions),
        done: format!("{}#k-{}", list_path(&shell), key.id),
        list,
        shell: shell.titled("Copy your new key", "api"),
    }
}

/// "This key can delete files and manage access." Empty where there is nothing to be careful about.
fn careful(permissions: &Permissions) -> String {
    let mut names: Vec<String> = permissions
        .iter()
        .map(|p| p.describe())
        .filter(|p| p.careful)
        .map(|p| lower_first(p.name))
        .collect();
    match (names.pop(), names.is_empty()) {
        (None, _) => String::new(),
        (Some(only), true) => format!("This key can {only}."),
        (Some(last), false) => format!("This key can {} and {last}.", names.join(", ")),
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|c| c.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The form made its key before: the key is there, its value is not shown again.
fn shown(shell: Shell, list: &str, key: Key, now: DateTime<Utc>) -> ShownPage {
    ShownPage {
        tag: tag(&key, key.state(now)),
        page: format!("{list}/{}", key.id),
        label: key.label,
        shell: shell
            .titled("This key was shown once already", "api")
            .at(list),
        list_href: list.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::Permission;

    #[test]
    fn what_to_be_careful_about_is_one_sentence() {
        let said = |permissions: &[Permission]| careful(&permissions.iter().copied().collect());
        assert_eq!(said(&[Permission::ObjectsList]), "");
        assert_eq!(
            said(&[Permission::FileDelete]),
            "This key can delete files."
        );
        assert_eq!(
            said(&[
                Permission::FileDelete,
                Permission::ConfigChange,
                Permission::AccessManage
            ]),
            "This key can delete files, change configuration and manage access and API keys."
        );
    }
}
