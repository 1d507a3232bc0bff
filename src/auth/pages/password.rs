//! *Change password*.

use actix_session::Session;
use actix_web::web::Data;
use serde::Deserialize;

use super::security;
use crate::{
    actor::Person,
    auth::{
        actions,
        confirm::{self, Tools},
        device::Device,
        link::with_cookie,
        reset,
        session::{SessionDigest, SessionId},
    },
    error::FieldError,
    mail::Mail,
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
    (tools, mail): (Tools, Data<Mail>),
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
