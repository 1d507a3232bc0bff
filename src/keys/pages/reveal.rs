//! *Copy key…*: a recoverable key's secret, shown again to whoever has just entered their password.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    OfKey,
    back::{Back, Next, at_key},
    list::{self, Read},
    list_path,
    new::{careful, curl, env, expires},
    tag,
};
use crate::{
    actor::{Actor, Confirmed},
    db::Db,
    error::Result,
    ids::KeyId,
    keys::{
        actions,
        model::{Key, State},
        seal::KeySeal,
        secret::Secret,
        store::{self, SealedSecret},
        views::{AskRevealPage, Asked, KeyList, RevealedPage, ValueChoice},
    },
    policy::{self, ListKeys, RevealKeys, permit},
    web::{Form, Now, Page, PageResult, Path, Query, Site, time::Zone, ui::Shell},
};

pub async fn ask(
    actor: Actor,
    confirmed: Option<Confirmed>,
    (shell, db): (Shell, Data<Db>),
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(back): Query<Back>,
) -> PageResult {
    let zone = shell.zone;
    let question = db
        .run(move |conn| Question::read(conn, &actor, of.id, (zone, now)))
        .await?;
    Page(question.page(shell, confirmed, &back.next, now)).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevealForm {
    /// None: the newest value.
    version: Option<i32>,
    #[serde(default)]
    next: Next,
}

/// What is shown is what has been committed: that somebody looked is in the log by then, or nothing is shown.
pub async fn reveal(
    actor: Actor,
    confirmed: Confirmed,
    shell: Shell,
    (db, seal, site): (Data<Db>, Data<KeySeal>, Data<Site>),
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<RevealForm>,
) -> PageResult {
    let (id, at) = ((of.id, form.version), (shell.zone, now));
    let (key, secret, list) = db
        .run(move |conn| {
            let (key, secret) = actions::reveal(conn, &actor, (&seal, confirmed), id, now)?;
            let list = list::read_newest(conn, &actor, at)?;
            Ok((key, secret, list))
        })
        .await?;
    let path = list_path(&shell);
    let done = at_key(&form.next.or_list(&path), key.id);
    let list = list.view(&shell, &path, now);
    Page(revealed(
        shell.at(&path),
        (list, done),
        (&key, &secret),
        &site,
        now,
    ))
    .revealed()
}

/// The key in question, its secrets that can be shown, and the list behind the question.
struct Question {
    key: Key,
    secrets: Vec<SealedSecret>,
    list: Read,
}

impl Question {
    fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let reveal = permit::<RevealKeys>(actor)?;
        let key = store::find(conn, &permit::<ListKeys>(actor)?, id, at)?.key;
        policy::check_may_change_key_of(actor, key.owner_member_id)?;
        actions::check_recoverable(&key)?;
        Ok(Self {
            key,
            secrets: store::sealed(conn, &reveal, id, at.1)?,
            list: list::read_newest(conn, actor, at)?,
        })
    }

    fn page(
        self,
        shell: Shell,
        confirmed: Option<Confirmed>,
        next: &Next,
        now: DateTime<Utc>,
    ) -> AskRevealPage {
        let (key, path) = (self.key, list_path(&shell));
        let back = next.or_list(&path);
        let viewer = shell.viewer.as_ref().filter(|_| confirmed.is_none());
        let title = match viewer {
            Some(_) => "Enter your password".to_owned(),
            None => format!("Show {}?", key.label),
        };
        AskRevealPage {
            action: format!("{path}/{}/reveal", key.id),
            cancel: at_key(&back, key.id),
            next: back,
            tag: tag(&key, key.state(now)),
            label: key.label,
            values: choices(&self.secrets, shell.zone),
            asked: viewer.map(|viewer| Asked {
                name: viewer.name.clone(),
                email: viewer.email.clone(),
            }),
            list: self.list.view(&shell, &path, now),
            shell: shell.titled(title, "api").at(path),
        }
    }
}

/// While a key rotates it has an old value and a new one.
fn choices(secrets: &[SealedSecret], zone: Zone) -> Vec<ValueChoice> {
    if secrets.len() < 2 {
        return Vec::new();
    }
    let choice = |(place, secret): (usize, &SealedSecret)| ValueChoice {
        version: secret.version,
        name: match secret.retires_at {
            None => "New value",
            Some(_) => "Old value",
        },
        note: match secret.retires_at {
            None => "It replaces the old one.".to_owned(),
            Some(end) => format!("It works until {}.", zone.date(end).exact),
        },
        selected: place == 0,
    };
    secrets.iter().enumerate().map(choice).collect()
}

fn revealed(
    shell: Shell,
    (list, done): (KeyList, String),
    (key, secret): (&Key, &Secret),
    site: &Site,
    now: DateTime<Utc>,
) -> RevealedPage {
    let value = secret.reveal();
    RevealedPage {
        id: key.id.to_string(),
        label: key.label.clone(),
        env: env(value),
        curl: curl(value, site),
        value: value.to_owned(),
        permissions: key.permissions.names(),
        expires: expires(key, &shell),
        careful: careful(&key.permissions),
        off: match key.state(now) {
            State::Active | State::Rotating | State::Revoked => String::new(),
            State::Suspended => "This key is suspended: requests with it get 401.".to_owned(),
            State::Deactivated => "This key is deactivated: requests with it get 401.".to_owned(),
            State::Expired => "This key has expired: requests with it get 401.".to_owned(),
        },
        done,
        list,
        shell: shell.titled(format!("Copy {}", key.label), "api"),
    }
}
