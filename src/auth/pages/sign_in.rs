//! *Sign in* and *Sign out*.

use actix_session::Session;
use actix_web::{rt, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    actor::{Person, Source},
    auth::{
        actions::{self, WHY},
        session::{SessionDigest, SessionId},
        store,
        views::SignInPage,
    },
    db::Db,
    error::{Error, Result},
    people::{self, Hasher, TypedPassword, User},
    web::{
        Flash, Form, Now, Page, PageResult, Query, client,
        limit::Limits,
        see_other, see_other_with,
        text::is_local_path,
        time,
        ui::{Shell, TextField},
    },
};

const WRONG: &str = "That email and password do not match.";

/// To the first workspace of whoever is signed in, which the guard has found; or to one that says why it is closed.
pub async fn home(person: Person, shell: Shell, db: Data<Db>) -> PageResult {
    if let Some(workspace) = &shell.workspace {
        return see_other(&workspace.keys);
    }
    let closed = db.run(move |conn| people::closed_home_of(conn, &person));
    match closed.await? {
        Some(slug) => see_other(&format!("/w/{slug}")),
        None => Err(Error::Forbidden(
            "You belong to no workspace. Ask the person who runs Keyroom to add you to one."
                .to_owned(),
        )
        .into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    next: Option<String>,
    #[serde(default)]
    ended: bool,
}

pub async fn sign_in(
    shell: Shell,
    session: Session,
    db: Data<Db>,
    Now(now): Now,
    Query(link): Query<Link>,
) -> PageResult {
    let next = link
        .next
        .filter(|next| is_local_path(next))
        .unwrap_or_default();
    if let Some(id) = SessionId::of(&session) {
        let digest = id.digest();
        let resumed = db
            .run(move |conn| store::resume(conn, WHY, digest, now))
            .await?;
        if resumed.is_some() {
            return see_other(if next.is_empty() { "/" } else { &next });
        }
    }
    let mut page = page(shell, next, "");
    if link.ended {
        page.notice = Some("You were signed out after 12 hours. Sign in to continue.".to_owned());
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

/// Everything a guess at a password meets.
struct Door {
    db: Data<Db>,
    hasher: Data<Hasher>,
    limits: Data<Limits>,
    source: Source,
    /// The session that this browser has now, if any.
    left: Option<SessionDigest>,
    now: DateTime<Utc>,
}

pub async fn check_in(
    shell: Shell,
    source: Source,
    session: Session,
    (db, hasher, limits): (Data<Db>, Data<Hasher>, Data<Limits>),
    Now(now): Now,
    Form(form): Form<Credentials>,
) -> PageResult {
    let next = if is_local_path(&form.next) {
        form.next
    } else {
        String::new()
    };
    let again = |error: String| {
        let mut page = page(shell, next.clone(), &form.email);
        page.error = Some(error);
        Page(page)
    };
    let left = SessionId::of(&session).map(|id| id.digest());
    let door = Door {
        db,
        hasher,
        limits,
        source,
        left,
        now,
    };
    match door.open(form.email.clone(), form.password).await {
        Ok(Some(id)) => {
            id.give(&session)?;
            see_other(if next.is_empty() { "/" } else { &next })
        }
        Ok(None) => again(WRONG.to_owned()).unprocessable(),
        Err(Error::Limited { retry_after }) => {
            let wait = time::duration(retry_after);
            again(format!("Too many attempts. Try again in {wait}.")).limited(retry_after)
        }
        Err(other) => Err(other.into()),
    }
}

impl Door {
    /// A fresh session, or none: the same way and time for an address without an account and for a wrong password.
    async fn open(self, email: String, typed: TypedPassword) -> Result<Option<SessionId>> {
        if let Some(ip) = self.source.ip {
            self.limits.sign_ins.take(&client::network_of(ip))?;
        }
        let now = self.now;
        let known = self
            .db
            .run(move |conn| actions::take_guess(conn, &email, now))
            .await?;
        let (user, hash) = known.unzip();
        let right = self.hasher.verify(typed, hash.clone()).await?;
        match (right, user, hash) {
            (true, Some(user), Some(hash)) => {
                let Self { left, source, .. } = self;
                self.db
                    .run(move |conn| actions::sign_in(conn, &user, &hash, left, &source, now))
                    .await
            }
            (_, Some(user), _) => {
                self.note_failure(user);
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Beside the answer, whose time would tell that there is such an account.
    fn note_failure(self, user: User) {
        let (source, now) = (self.source, self.now);
        rt::spawn(async move {
            let noted = self.db.run(move |conn| {
                people::record_event(conn, WHY, user.id, &source, "account.sign_in_failed", now)
            });
            if let Err(error) = noted.await {
                log::warn!("a failed sign-in was not recorded: {error}");
            }
        });
    }
}

pub async fn sign_out(person: Person, session: Session, db: Data<Db>, Now(now): Now) -> PageResult {
    if let Some(id) = SessionId::of(&session) {
        let digest = id.digest();
        db.run(move |conn| actions::sign_out(conn, &person, digest, now))
            .await?;
    }
    session.purge();
    see_other_with("/sign-in", Flash::done("You are signed out.", ""))
}

fn page(shell: Shell, next: String, email: &str) -> SignInPage {
    let typed: String = email
        .chars()
        .filter(|c| !c.is_control())
        .take(254)
        .collect();
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
