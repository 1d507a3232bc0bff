//! *Rotate key*: the dialog, and the answer that contains the new value.

pub(super) mod end;
pub(super) mod shown;
mod typed;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

pub use self::typed::{RotateForm, RotateQuery, keep, why_date};
use super::{
    OfKey,
    back::{Next, at_key},
    expiry,
    facts::last_used,
    list::{self, Read},
    list_path,
    new::{self, Reveal},
    tag,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::KeyId,
    key_files::Pepper,
    keys::{
        actions::{self, Rotated},
        seal::KeySeal,
        store::{self, Listed, Use},
        views::{RevealPage, RotatePage},
    },
    policy::{self, ListKeys, ManageKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, Site, see_other, see_other_with,
        time::Zone,
        ui::{ErrorSummary, Shell},
    },
    workspaces::{self, KeyLifetimes},
};

/// The dialog. A link may say what is chosen in it: `?grace=` in seconds, `?expiry=` in days, `never` or `date` with
/// `&expires_on=`. A key that rotates already shows how far it is instead.
pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(query): Query<RotateQuery>,
) -> PageResult {
    let at = (shell.zone, now);
    let over = db
        .run(move |conn| Over::read(conn, &actor, of.id, at))
        .await?;
    let key = &over.listed.key;
    if key.revoked_at.is_none() && key.old_until(now).is_some() {
        return see_other(&format!("{}/{}#rotation", list_path(&shell), of.id));
    }
    actions::check_rotatable(key, now)?;
    let form = query.form(key, over.newest, (over.lifetimes, now));
    Page(over.page(shell, &form, &[], now)).ok()
}

pub async fn rotate(
    actor: Actor,
    shell: Shell,
    app: (Data<Db>, Data<Pepper>, Data<KeySeal>, Data<Site>),
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<RotateForm>,
) -> PageResult {
    let (db, pepper, seal, site) = app;
    let (rotator, typed, at) = (actor.clone(), form.clone(), (shell.zone, now));
    let done = db
        .run(move |conn| make(conn, &rotator, (&pepper, &seal), of.id, &typed, at))
        .await;
    match done {
        Ok((Rotated { key, .. }, _)) if key.kind.is_publishable() => {
            let said = Flash::done(
                format!("{} is rotated.", key.label),
                "Its new value is on this page.",
            );
            see_other_with(&format!("{}/{}", list_path(&shell), key.id), said)
        }
        Ok(done) => {
            let said = ("Key rotated.", &form.next);
            Page(reveal(shell, done, said, &site, now)).created()
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            not_made(actor, shell, &db, (of.id, &form, error), now).await
        }
        Err(other) => Err(other.into()),
    }
}

/// With the list behind the answer.
fn make(
    conn: &mut PgConnection,
    actor: &Actor,
    keep: (&Pepper, &KeySeal),
    id: KeyId,
    form: &RotateForm,
    at: (Zone, DateTime<Utc>),
) -> Result<(Rotated, Read)> {
    let rotated = actions::rotate(conn, actor, keep, id, &form.check()?, at)?;
    Ok((rotated, list::read_newest(conn, actor, at)?))
}

/// A form that has rotated its key makes no second value, whatever else is wrong with it by now.
async fn not_made(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, form, error): (KeyId, &RotateForm, Error),
    now: DateTime<Utc>,
) -> PageResult {
    let at = (shell.zone, now);
    let over = db.run(move |conn| Over::read(conn, &actor, id, at)).await?;
    if over.newest != form.newest {
        let (path, key) = (list_path(&shell), over.listed.key);
        let happened = "rotated after this form was opened";
        if key.kind.is_publishable() {
            let said = Flash::not_done(
                format!("{} was {happened}.", key.label),
                "Its value of now is on this page.",
            );
            return see_other_with(&format!("{path}/{id}"), said);
        }
        return Page(new::shown(shell, &path, key, happened, now)).conflict();
    }
    match error {
        Error::Invalid(mistakes) => Page(over.page(shell, form, &mistakes, now)).unprocessable(),
        other => Err(other.into()),
    }
}

/// The new value, and what becomes of the one before. `mark`: what was done.
pub(super) fn reveal(
    shell: Shell,
    (rotated, read): (Rotated, Read),
    (mark, next): (&'static str, &Next),
    site: &Site,
    now: DateTime<Utc>,
) -> RevealPage {
    let (path, key) = (list_path(&shell), &rotated.key);
    let list = read.view(&shell, &path, now);
    let reveal = Reveal {
        mark,
        old: match key.old_until(now) {
            Some(until) => format!("Works until {}", shell.zone.date(until).exact),
            None => "Has stopped".to_owned(),
        },
        done: at_key(&next.or_list(&path), key.id),
    };
    new::reveal(shell.at(&path), list, (key, &rotated.secret), reveal, site)
}

/// The key that is rotated, and the list behind its dialog.
struct Over {
    listed: Listed,
    newest: i32,
    use_: Use,
    list: Read,
    lifetimes: KeyLifetimes,
}

impl Over {
    fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let (permit, manage) = (permit::<ListKeys>(actor)?, permit::<ManageKeys>(actor)?);
        let listed = store::find(conn, &permit, id, at)?;
        policy::check_may_change_key_of(actor, listed.key.owner_member_id)?;
        Ok(Self {
            listed,
            newest: store::secrets(conn, &permit, id, at.1)?.newest,
            use_: store::use_of(conn, &permit, &[id], at.1)?,
            list: list::read_newest(conn, actor, at)?,
            lifetimes: workspaces::find(conn, &manage)?.key_lifetimes(),
        })
    }

    fn page(
        self,
        shell: Shell,
        form: &RotateForm,
        mistakes: &[FieldError],
        now: DateTime<Utc>,
    ) -> RotatePage {
        let (path, key) = (list_path(&shell), &self.listed.key);
        let mistakes = form.placed(mistakes);
        let (zone, back) = (shell.zone, form.next.or_list(&path));
        let state = key.state(now);
        RotatePage {
            action: format!("{path}/{}/rotation", key.id),
            cancel: at_key(&back, key.id),
            next: back,
            newest: form.newest,
            label: key.label.clone(),
            tag: tag(key, state),
            last_used: last_used(&self.listed, zone, now),
            requests: self.use_.in_words(),
            is_publishable: key.kind.is_publishable(),
            is_deactivated: key.deactivated_at.is_some(),
            graces: form.graces(zone, now),
            grace_error: FieldError::of(&mistakes, "grace"),
            autofocus: mistakes.is_empty(),
            why_date: why_date(key, zone, now),
            form: form.expiries(key, &mistakes, (self.lifetimes, zone, now)),
            summary: ErrorSummary::of(&mistakes),
            list: self.list.view(&shell, &path, now),
            shell: shell
                .titled(format!("Rotate {}?", key.label), "api")
                .at(path),
        }
    }
}
