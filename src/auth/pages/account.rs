//! One's own password and theme.

use actix_session::Session;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    actor::Person,
    auth::{actions, device::Device, session::SessionId, views::PasswordPage},
    db::Db,
    error::{Error, FieldError, Result},
    people::{self, Hasher, PasswordHash, Theme, TypedPassword},
    web::{
        Flash, Form, Now, Page, PageResult, client,
        limit::Limits,
        see_other, see_other_with,
        text::is_local_path,
        time,
        ui::{ErrorSummary, Shell, TextField},
    },
};

pub async fn password(person: Person, shell: Shell) -> PageResult {
    Page(page(shell, &person, &[])).ok()
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

type Tools = (Data<Db>, Data<Hasher>, Data<Limits>);

pub async fn change_password(
    person: Person,
    shell: Shell,
    (session, device): (Session, Device),
    tools: Tools,
    Now(now): Now,
    Form(form): Form<PasswordForm>,
) -> PageResult {
    let (db, hasher, _) = &tools;
    let kept = SessionId::of(&session)
        .ok_or(Error::Unauthenticated)?
        .digest();
    let about = vec![person.name.clone(), person.email.clone(), "keyroom".into()];
    let old = confirm(&tools, &person, form.current, now).await?;
    let new = hasher.choose(form.new, about).await?;
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, hasher.hash(new).await?),
        (old, new) => {
            let wrong = |field, why: Option<String>| why.map(|why| FieldError::new(field, why));
            let mistakes: Vec<_> = [wrong("current", old.err()), wrong("new", new.err())]
                .into_iter()
                .flatten()
                .collect();
            return Page(page(shell, &person, &mistakes)).unprocessable();
        }
    };
    // The id that was in use with the old password is not kept either.
    let id = SessionId::fresh()?;
    let renewed = id.digest();
    let known = device.remember(person.id, &new);
    let ended = db
        .run(move |conn| {
            actions::change_password(conn, &person, (&old, &new), (kept, renewed), now)
        })
        .await?;
    id.give(&session)?;
    let text = match i64::try_from(ended).unwrap_or(i64::MAX) {
        0 => "You were signed in nowhere else.".to_owned(),
        n => format!("{} ended.", time::counted(n, "other session")),
    };
    let mut response = see_other_with(
        "/account/password",
        Flash::done("Your password is changed.", text),
    )?;
    response
        .add_cookie(&known)
        .map_err(|e| Error::Internal(e.into()))?;
    Ok(response)
}

/// The hash that the typed password matches, or why it does not. Guesses are counted with those at the door.
async fn confirm(
    (db, hasher, limits): &Tools,
    person: &Person,
    typed: TypedPassword,
    now: DateTime<Utc>,
) -> Result<Result<PasswordHash, String>> {
    let network = person.source.ip.map(client::network_of);
    let email = person.email.clone();
    let known = match network.map_or(Ok(()), |n| limits.sign_ins.take(&n)) {
        Ok(()) => {
            db.run(move |conn| actions::take_guess(conn, &email, now))
                .await
        }
        Err(limited) => Err(limited),
    };
    match known {
        Ok(Some((user, hash))) if hasher.verify(typed, Some(hash.clone())).await? => {
            // Right, so no failure, whatever comes of the new one.
            db.run(move |conn| actions::forgive(conn, &user)).await?;
            Ok(Ok(hash))
        }
        Ok(_) => Ok(Err("That is not your current password".to_owned())),
        Err(Error::Limited { retry_after }) => {
            let wait = time::duration(retry_after);
            Ok(Err(format!("Too many attempts. Try again in {wait}")))
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeForm {
    theme: Theme,
    #[serde(default)]
    next: String,
}

pub async fn change_theme(
    person: Person,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<ThemeForm>,
) -> PageResult {
    db.run(move |conn| people::change_theme(conn, &person, form.theme, now))
        .await?;
    see_other(if is_local_path(&form.next) {
        &form.next
    } else {
        "/"
    })
}

fn page(shell: Shell, person: &Person, mistakes: &[FieldError]) -> PasswordPage {
    let of = |field| FieldError::of(mistakes, field);
    PasswordPage {
        shell: shell.titled("Change password", "").at("/account/password"),
        action: "/account/password".to_owned(),
        email: person.email.clone(),
        summary: ErrorSummary::of(mistakes),
        current: TextField::password("current", "Current password", "current-password")
            .error(of("current")),
        new: TextField::password("new", "New password", "new-password")
            .hint("At least 15 characters.")
            .error(of("new")),
    }
}
