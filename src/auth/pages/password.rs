//! *Change password*.

use std::time::Duration;

use actix_session::Session;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::security;
use crate::{
    actor::Person,
    auth::{
        actions,
        confirm::{self, Tools},
        device::Device,
        reset,
        session::{SessionDigest, SessionId},
    },
    error::{FieldError, Result},
    mail::Mail,
    people::{PasswordHash, TypedPassword},
    web::{
        Flash, Form, Now, PageResult, confirm::Wrong, link::with_cookie, see_other, see_other_with,
        time, ui::Shell,
    },
};

/// The form is on a page with other things.
pub async fn password(_: Person) -> PageResult {
    see_other(security::PATH)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    current: TypedPassword,
    new: TypedPassword,
    /// For password managers; whose password it is, the session says.
    #[serde(default, rename = "email")]
    _email: String,
}

/// What is wrong with either password.
struct Refused {
    mistakes: Vec<FieldError>,
    /// Until the old one is looked at again.
    wait: Option<Duration>,
}

impl PasswordForm {
    /// The hash of the old password, which is right, and of the new one, which is good enough.
    async fn check(
        self,
        tools: &Tools,
        person: &Person,
        now: DateTime<Utc>,
    ) -> Result<Result<(PasswordHash, PasswordHash), Refused>> {
        let (_, hasher, _) = tools;
        let about = vec![person.name.clone(), person.email.clone(), "keyroom".into()];
        let old = confirm::check(tools, person, self.current, now).await?;
        let new = hasher.choose(self.new, about).await?;
        Ok(match (old, new) {
            (Ok(old), Ok(new)) => Ok((old, hasher.hash(new).await?)),
            (old, new) => Err(Refused::of(old.err(), new.err())),
        })
    }
}

impl Refused {
    fn of(old: Option<Wrong>, new: Option<String>) -> Self {
        let told = |wrong: Wrong| FieldError::new("current", wrong.told("current password"));
        let new = new.map(|why| FieldError::new("new", why));
        Self {
            mistakes: old.map(told).into_iter().chain(new).collect(),
            wait: match old {
                Some(Wrong::TooEarly(wait)) => Some(wait),
                _ => None,
            },
        }
    }
}

pub async fn change_password(
    person: Person,
    shell: Shell,
    (session, device, here): (Session, Device, SessionDigest),
    (tools, mail): (Tools, Data<Mail>),
    Now(now): Now,
    Form(form): Form<PasswordForm>,
) -> PageResult {
    let db = &tools.0;
    let (old, new) = match form.check(&tools, &person, now).await? {
        Ok(hashes) => hashes,
        Err(Refused { mistakes, wait }) => {
            let page = security::page(shell, person, here, db, &mistakes, now).await?;
            return match wait {
                Some(wait) => page.limited(wait),
                None => page.unprocessable(),
            };
        }
    };
    // The id that was in use with the old password is not kept either.
    let id = SessionId::fresh()?;
    let digests = (here, id.digest());
    let known = device.remember(person.id, &new);
    let zone = shell.zone;
    let ended = db
        .run(move |conn| {
            let ended = actions::change_password(conn, &person, (&old, &new), digests, now)?;
            let told = (person.email.as_str(), &person.source);
            reset::tell_of_change(conn, &mail, told, zone, now)?;
            Ok(ended)
        })
        .await?;
    id.give(&session)?;
    let text = match i64::try_from(ended).unwrap_or(i64::MAX) {
        0 => "You were signed in nowhere else.".to_owned(),
        n => format!("{} ended.", time::counted(n, "other session")),
    };
    let flash = Flash::done("Your password is changed.", text);
    with_cookie(see_other_with(security::PATH, flash)?, &known)
}
