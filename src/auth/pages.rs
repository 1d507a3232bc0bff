//! The screens of signing in and out, and of one's own password.

use actix_session::Session;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    session::SessionId,
    store, throttle,
    views::{PasswordPage, SignInPage},
};
use crate::{
    actor::{Person, Source},
    db::Db,
    error::{Error, FieldError, Result},
    people::{self, Email, Hasher, PasswordHash, Theme, TypedPassword, User},
    policy::Unscoped,
    web::{
        Flash, Form, Now, Page, PageResult, Query, client,
        limit::Limits,
        see_other, see_other_with,
        text::is_local_path,
        time,
        ui::{ErrorSummary, Shell, TextField},
    },
};

const WHY: Unscoped = Unscoped::because("somebody who signs in is not known yet");
const WRONG: &str = "That email and password do not match.";

/// To the first workspace of whoever is signed in, which the guard has found.
pub async fn home(_: Person, shell: Shell) -> PageResult {
    match &shell.workspace {
        Some(workspace) => see_other(&workspace.keys),
        None => Err(Error::Forbidden(
            "You belong to no workspace. Ask the person who runs Keyroom to add you to one."
                .to_owned(),
        )
        .into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    next: Option<String>,
    #[serde(default)]
    ended: bool,
}

pub async fn sign_in(
    shell: Shell,
    session: Session,
    db: Data<Db>,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> PageResult {
    let next = asked
        .next
        .filter(|next| is_local_path(next))
        .unwrap_or_default();
    if let Some(id) = SessionId::of(&session) {
        let digest = id.digest();
        if db
            .run(move |conn| store::resume(conn, WHY, digest, now))
            .await?
            .is_some()
        {
            return see_other(if next.is_empty() { "/" } else { &next });
        }
    }
    let mut page = sign_in_page(shell, next, "");
    if asked.ended {
        page.notice = Some("Your session has ended. Sign in to continue.".to_owned());
    }
    Page(page).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    email: String,
    password: TypedPassword,
    #[serde(default)]
    next: String,
}

pub async fn check_in(
    shell: Shell,
    source: Source,
    session: Session,
    app: (Data<Db>, Data<Hasher>, Data<Limits>),
    Now(now): Now,
    Form(form): Form<Credentials>,
) -> PageResult {
    let (db, hasher, limits) = app;
    let next = if is_local_path(&form.next) {
        form.next
    } else {
        String::new()
    };
    let again = |error: String| {
        let mut page = sign_in_page(shell, next.clone(), &form.email);
        page.error = Some(error);
        page
    };
    match check(
        &db,
        &hasher,
        &limits,
        source,
        &form.email,
        form.password,
        now,
    )
    .await
    {
        Ok(Some(id)) => {
            id.give(&session)?;
            see_other(if next.is_empty() { "/" } else { &next })
        }
        Ok(None) => Page(again(WRONG.to_owned())).unprocessable(),
        Err(Error::Limited { retry_after }) => {
            let wait = time::duration(retry_after);
            Page(again(format!("Too many attempts. Try again in {wait}."))).limited(retry_after)
        }
        Err(other) => Err(other.into()),
    }
}

/// A fresh session, or none: the same way and time for an address without an account and for a wrong password.
async fn check(
    db: &Db,
    hasher: &Hasher,
    limits: &Limits,
    source: Source,
    email: &str,
    typed: TypedPassword,
    now: DateTime<Utc>,
) -> Result<Option<SessionId>> {
    if let Some(ip) = source.ip {
        limits.sign_ins.take(&client::network_of(ip))?;
    }
    let digest = throttle::digest_of(email);
    let email = Email::parse(email).ok();
    let found: Option<(User, PasswordHash)> = db
        .run(move |conn| {
            throttle::take_guess(conn, WHY, &digest, now)?;
            let Some(email) = email else { return Ok(None) };
            let Some(user) = people::find_user(conn, WHY, email.as_str())? else {
                return Ok(None);
            };
            let hash = people::hash_of(conn, WHY, user.id)?;
            Ok(Some((user, hash)))
        })
        .await?;
    let (user, hash) = found.unzip();
    let right = hasher.verify(typed, hash.clone()).await?;
    db.run(move |conn| {
        let Some(user) = user else { return Ok(None) };
        // Changed while it was being checked: what was right a moment ago no longer opens anything.
        let changed =
            hash.is_none_or(|old| !people::hash_of(conn, WHY, user.id).is_ok_and(|now| now == old));
        if !right || changed {
            people::record_event(conn, user.id, &source, "account.sign_in_failed", now)?;
            return Ok(None);
        }
        throttle::clear(conn, WHY, &digest)?;
        let id = SessionId::fresh()?;
        store::open(conn, WHY, id.digest(), user.id, &source, now)?;
        people::record_event(conn, user.id, &source, "account.signed_in", now)?;
        Ok(Some(id))
    })
    .await
}

pub async fn sign_out(person: Person, session: Session, db: Data<Db>, Now(now): Now) -> PageResult {
    if let Some(id) = SessionId::of(&session) {
        let digest = id.digest();
        db.run(move |conn| {
            store::close(conn, &person, digest)?;
            people::record_event(conn, person.id, &person.source, "account.signed_out", now)
        })
        .await?;
    }
    session.purge();
    see_other_with("/sign-in", Flash::done("You are signed out.", ""))
}

pub async fn password(person: Person, shell: Shell) -> PageResult {
    Page(password_page(shell, &person, &[])).ok()
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
    session: Session,
    app: (Data<Db>, Data<Hasher>, Data<Limits>),
    Now(now): Now,
    Form(form): Form<PasswordForm>,
) -> PageResult {
    let (db, hasher, limits) = app;
    let kept = SessionId::of(&session)
        .ok_or(Error::Unauthenticated)?
        .digest();
    let new = form.new.choose(&[&person.name, &person.email, "keyroom"]);
    let right = confirm(&db, &hasher, &limits, &person, form.current, now).await;
    let mut mistakes = Vec::new();
    match right {
        Ok(true) => {}
        Ok(false) => mistakes.push(mistake(
            "current",
            "That is not your current password".to_owned(),
        )),
        Err(Error::Limited { retry_after }) => {
            let wait = time::duration(retry_after);
            mistakes.push(mistake(
                "current",
                format!("Too many attempts. Try again in {wait}"),
            ));
        }
        Err(other) => return Err(other.into()),
    }
    match new {
        Ok(new) if mistakes.is_empty() => {
            let hash = hasher.hash(new).await?;
            // The id that was in use with the old password is not kept either.
            let id = SessionId::fresh()?;
            let digest = id.digest();
            let ended = db
                .run(move |conn| {
                    people::change_password(conn, &person, &hash, now)?;
                    store::rename(conn, WHY, kept, digest)?;
                    store::close_others(conn, &person, digest)
                })
                .await?;
            id.give(&session)?;
            let text = match ended {
                0 => "You were signed in nowhere else.".to_owned(),
                n => format!(
                    "{} ended.",
                    time::counted(i64::try_from(n).unwrap_or(i64::MAX), "other session")
                ),
            };
            return see_other_with(
                "/account/password",
                Flash::done("Your password is changed.", text),
            );
        }
        Ok(_) => {}
        Err(why) => mistakes.push(mistake("new", why)),
    }
    Page(password_page(shell, &person, &mistakes)).unprocessable()
}

/// Guesses at the current password are counted with those at the door.
async fn confirm(
    db: &Db,
    hasher: &Hasher,
    limits: &Limits,
    person: &Person,
    typed: TypedPassword,
    now: DateTime<Utc>,
) -> Result<bool> {
    if let Some(ip) = person.source.ip {
        limits.sign_ins.take(&client::network_of(ip))?;
    }
    let digest = throttle::digest_of(&person.email);
    let user = person.id;
    let hash = db
        .run(move |conn| {
            throttle::take_guess(conn, WHY, &digest, now)?;
            people::hash_of(conn, WHY, user)
        })
        .await?;
    let right = hasher.verify(typed, Some(hash)).await?;
    if right {
        db.run(move |conn| throttle::clear(conn, WHY, &digest))
            .await?;
    }
    Ok(right)
}

fn mistake(field: &'static str, message: String) -> FieldError {
    FieldError { field, message }
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

fn sign_in_page(shell: Shell, next: String, email: &str) -> SignInPage {
    let typed = email
        .chars()
        .filter(|c| !c.is_control())
        .take(254)
        .collect::<String>();
    SignInPage {
        shell: shell.titled("Sign in", ""),
        action: "/sign-in".to_owned(),
        next,
        error: None,
        notice: None,
        email: TextField::email("email", "Email", typed).large(),
        password: TextField::password("password", "Password", "current-password").large(),
    }
}

fn password_page(shell: Shell, person: &Person, mistakes: &[FieldError]) -> PasswordPage {
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
