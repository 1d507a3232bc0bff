//! *Change password*.

use actix_session::Session;
use serde::Deserialize;

use super::security;
use crate::{
    actor::Person,
    auth::{
        actions,
        confirm::{self, Tools},
        device::Device,
        session::{SessionDigest, SessionId},
    },
    error::{Error, FieldError},
    people::TypedPassword,
    web::{Flash, Form, Now, PageResult, see_other, see_other_with, time, ui::Shell},
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

pub async fn change_password(
    person: Person,
    shell: Shell,
    (session, device, here): (Session, Device, SessionDigest),
    tools: Tools,
    Now(now): Now,
    Form(form): Form<PasswordForm>,
) -> PageResult {
    let (db, hasher, _) = &tools;
    let about = vec![person.name.clone(), person.email.clone(), "keyroom".into()];
    let old = confirm::check(&tools, &person, form.current, now).await?;
    let new = hasher.choose(form.new, about).await?;
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, hasher.hash(new).await?),
        (old, new) => {
            let old = old
                .err()
                .map(|wrong| FieldError::new("current", wrong.told("current password")));
            let new = new.err().map(|why| FieldError::new("new", why));
            let mistakes: Vec<_> = old.into_iter().chain(new).collect();
            return security::page(shell, person, here, db, &mistakes, now)
                .await?
                .unprocessable();
        }
    };
    // The id that was in use with the old password is not kept either.
    let id = SessionId::fresh()?;
    let digests = (here, id.digest());
    let known = device.remember(person.id, &new);
    let ended = db
        .run(move |conn| actions::change_password(conn, &person, (&old, &new), digests, now))
        .await?;
    id.give(&session)?;
    let text = match i64::try_from(ended).unwrap_or(i64::MAX) {
        0 => "You were signed in nowhere else.".to_owned(),
        n => format!("{} ended.", time::counted(n, "other session")),
    };
    let mut response = see_other_with(
        security::PATH,
        Flash::done("Your password is changed.", text),
    )?;
    response
        .add_cookie(&known)
        .map_err(|e| Error::Internal(e.into()))?;
    Ok(response)
}
