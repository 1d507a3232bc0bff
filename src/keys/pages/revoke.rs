//! *Revoke key*: asked first, with what it breaks.

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{
    OfKey,
    back::{Next, at_key},
    facts::last_used,
    incident,
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
        model::{RESTORABLE, Reason},
        store::{self, Listed, Use},
        views::{Confirm, RevokePage},
    },
    policy::permit,
    reached_folders::{Holder, Reach, ReachedFolders},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, see_other_with,
        time::{self, Zone},
        ui::{ErrorSummary, Shell, first_folders},
    },
};

/// A key used within it is revoked only after its label was typed.
const IN_USE: TimeDelta = TimeDelta::days(30);

pub async fn ask(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(asked): Query<Asked>,
) -> PageResult {
    let zone = shell.zone;
    let question = db
        .run(move |conn| Question::read(conn, &actor, of.id, &**folders, (zone, now)))
        .await?;
    if question.listed.key.revoked_at.is_some() {
        return Err(Error::Conflict("This key is revoked already.").into());
    }
    let form = RevokeForm {
        reason: asked.reason,
        next: asked.next,
        ..RevokeForm::default()
    };
    Page(question.page(shell, &form, None, now)).ok()
}

/// Where it was asked for, and the reason that is chosen already.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    reason: Option<Reason>,
    #[serde(default)]
    next: Next,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RevokeForm {
    reason: Option<Reason>,
    #[serde(default)]
    confirm: String,
    #[serde(default)]
    next: Next,
}

pub async fn revoke(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<RevokeForm>,
) -> PageResult {
    let reason = form.reason.unwrap_or(Reason::Unneeded);
    let typed = folded(&form.confirm);
    let zone = shell.zone;
    // Looked at and done in one transaction: a key that comes into use meanwhile is asked about.
    let done = db
        .run(move |conn| {
            let question = Question::read(conn, &actor, of.id, &**folders, (zone, now))?;
            let key = &question.listed.key;
            let is_confirmed = !question.needs_confirmation(now) || typed == folded(&key.label);
            if key.revoked_at.is_none() && !is_confirmed {
                return Ok(Err(question));
            }
            actions::revoke(conn, &actor, of.id, reason, now).map(Ok)
        })
        .await?;
    match done {
        Err(question) => {
            let why = format!(
                "The text does not match. Type {}",
                question.listed.key.label
            );
            Page(question.page(shell, &form, Some(why), now)).unprocessable()
        }
        Ok(key) => {
            let list = list_path(&shell);
            let is_compromised = key.revoked_for == Some(Reason::Compromised);
            let text = match is_compromised && shell.is_own {
                true => {
                    "Requests with it now get 401. The admins are told that it may be compromised, and see to the rest."
                }
                false => "Requests with it now get 401.",
            };
            let flash = Flash::done(format!("{} is revoked.", key.label), text);
            let flash = match key.restorable_until() {
                Some(_) => flash.undo(format!("{list}/{}/restoration", key.id)),
                None => flash,
            };
            if is_compromised && !shell.is_own {
                return see_other_with(&incident::address(&list, key.id), flash);
            }
            // To the top, where the flash is: a list mostly shows the key no more.
            see_other_with(&form.next.or_list(&list), flash)
        }
    }
}

/// As a browser shows it: a run of spaces looks like one, and is typed as one.
pub(super) fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What ends with compromised keys; empty where nothing was made or rotated with them.
pub(super) fn made_too(number: i64) -> String {
    match number {
        0 => String::new(),
        1 => "1 key that was made or rotated with it is revoked too.".to_owned(),
        n => format!(
            "{} that were made or rotated with it are revoked too.",
            time::counted(n, "key")
        ),
    }
}

/// The key in question, what it is used for, and the list behind the question.
struct Question {
    listed: Listed,
    use_: Use,
    /// Keys that were made or rotated with it, and end with it if it is compromised.
    made: i64,
    reach: Reach,
    list: Read,
}

/// Folders that the question names.
const FOLDERS: i64 = 5;

impl Question {
    fn read(
        conn: &mut diesel::PgConnection,
        actor: &Actor,
        id: KeyId,
        folders: &dyn ReachedFolders,
        (zone, now): (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let permit = permit(actor)?;
        let listed = store::find(conn, &permit, id, (zone, now))?;
        let holder = Holder::of_key(id, listed.key.owner_member_id);
        let mut reach = folders.reach(conn, actor, &[holder], FOLDERS, now)?;
        Ok(Self {
            listed,
            reach: reach.remove(&holder).unwrap_or_default(),
            use_: store::use_of(conn, &permit, &[id], now)?,
            made: store::count_made_by(conn, &permit, &[id])?,
            list: list::read_newest(conn, actor, (zone, now))?,
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
        form: &RevokeForm,
        mistake: Option<String>,
        now: DateTime<Utc>,
    ) -> RevokePage {
        let path = list_path(&shell);
        let in_use = self.needs_confirmation(now);
        let key = &self.listed.key;
        let base = format!("{path}/{}", key.id);
        let back = form.next.or_list(&path);
        RevokePage {
            action: format!("{base}/revocation"),
            cancel: at_key(&back, key.id),
            next: back,
            label: key.label.clone(),
            recoverable: key.is_recoverable(),
            tag: tag(key, key.state(now)),
            last_used: last_used(&self.listed, shell.zone, now),
            requests: self.use_.in_words(),
            folders: first_folders(&self.reach),
            deactivate: (in_use && key.state(now).refusal().is_none())
                .then(|| format!("{base}/deactivation")),
            restorable_until: shell.zone.long_day(now + RESTORABLE),
            compromised: form.reason == Some(Reason::Compromised),
            made: made_too(self.made),
            confirm: in_use.then(|| Confirm {
                value: form.confirm.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_confirms() {
        assert_eq!(folded("  ci  deploy\u{a0}2 "), folded("ci deploy 2"));
        assert_ne!(folded("ci-deploy"), folded("ci deploy"));
    }
}
