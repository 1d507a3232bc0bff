//! *Revoke key*: asked first, with what it breaks.

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{
    OfKey, last_used,
    list::{self, Read},
    list_path, tag,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::KeyId,
    keys::{
        actions,
        model::{RESTORABLE, Reason, State},
        store::{self, Listed, Use},
        views::{Confirm, RevokePage},
    },
    policy::permit,
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other_with, time,
        ui::{ErrorSummary, Shell},
    },
};

/// A key used within it is revoked only after its label was typed.
const IN_USE: TimeDelta = TimeDelta::days(30);

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let asked = db
        .run(move |conn| Asked::read(conn, &actor, of.id, now))
        .await?;
    if asked.listed.key.revoked_at.is_some() {
        return Err(Error::Conflict("This key is revoked already.").into());
    }
    Page(asked.page(shell, &Answer::default(), None, now)).ok()
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    reason: Option<Reason>,
    #[serde(default)]
    confirm: String,
}

pub async fn revoke(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(answer): Form<Answer>,
) -> PageResult {
    let reason = answer.reason.unwrap_or(Reason::Unneeded);
    let typed = answer.confirm.trim().to_owned();
    // Looked at and done in one transaction: a key that comes into use meanwhile is asked about.
    let done = db
        .run(move |conn| {
            let asked = Asked::read(conn, &actor, of.id, now)?;
            let key = &asked.listed.key;
            if key.revoked_at.is_none() && asked.needs_confirmation(now) && typed != key.label {
                return Ok(Err(asked));
            }
            actions::revoke(conn, &actor, of.id, reason, now).map(Ok)
        })
        .await?;
    match done {
        Err(asked) => {
            let why = format!("The text does not match. Type {}", asked.listed.key.label);
            Page(asked.page(shell, &answer, Some(why), now)).unprocessable()
        }
        Ok(key) => {
            let list = list_path(&shell);
            let flash = Flash::done(
                format!("{} is revoked.", key.label),
                "Requests with it now get 401.",
            );
            let flash = match key.restorable_until() {
                Some(_) => flash.undo(format!("{list}/{}/restoration", key.id)),
                None => flash,
            };
            see_other_with(&list, flash)
        }
    }
}

/// The key in question, what it is used for, and the list behind the question.
struct Asked {
    listed: Listed,
    use_: Use,
    list: Read,
}

impl Asked {
    fn read(
        conn: &mut diesel::PgConnection,
        actor: &Actor,
        id: KeyId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let permit = permit(actor)?;
        Ok(Self {
            listed: store::find(conn, &permit, id, now)?,
            use_: store::use_of(conn, &permit, id, now)?,
            list: list::read_newest(conn, actor, now)?,
        })
    }

    fn needs_confirmation(&self, now: DateTime<Utc>) -> bool {
        self.use_
            .last_use
            .as_ref()
            .is_some_and(|last| now - last.at < IN_USE)
    }

    fn page(
        self,
        shell: Shell,
        answer: &Answer,
        mistake: Option<String>,
        now: DateTime<Utc>,
    ) -> RevokePage {
        let path = list_path(&shell);
        let in_use = self.needs_confirmation(now);
        let key = &self.listed.key;
        let base = format!("{path}/{}", key.id);
        RevokePage {
            action: format!("{base}/revocation"),
            cancel: format!("{path}#k-{}", key.id),
            label: key.label.clone(),
            tag: tag(key.id, key.state(now)),
            last_used: last_used(&self.listed, now),
            requests: format!(
                "{} in 24 hours, {} in 7 days",
                time::grouped(self.use_.day),
                time::grouped(self.use_.week)
            ),
            deactivate: (in_use && key.state(now) == State::Active)
                .then(|| format!("{base}/deactivation")),
            restorable_until: time::long_day(now + RESTORABLE),
            compromised: answer.reason == Some(Reason::Compromised),
            confirm: in_use.then(|| Confirm {
                value: answer.confirm.clone(),
                error: mistake.clone(),
                autofocus: mistake.is_none(),
            }),
            summary: ErrorSummary::of_one("confirm", mistake.as_ref()),
            list: self.list.view(&shell, &path, now),
            shell: shell
                .titled(format!("Revoke {}?", self.listed.key.label), "api")
                .at(path),
        }
    }
}
