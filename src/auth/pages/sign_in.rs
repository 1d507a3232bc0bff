//! *Sign in* and *Sign out*.

use actix_session::Session;
use actix_web::{cookie::Cookie, rt, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    actor::{Person, Source},
    auth::{
        actions::{self, WHY},
        device::Device,
        session::{SessionDigest, SessionId},
        store,
        views::SignInPage,
    },
    db::Db,
    error::{Error, Result},
    mail::Mail,
    people::{Hasher, PasswordHash, TypedPassword, User},
    web::{
        Ended, Flash, Form, Now, Page, PageResult, Query, client,
        limit::Limits,
        link::with_cookie,
        see_other, see_other_with,
        text::is_local_path,
        time,
        ui::{Shell, TextField},
    },
};

const WRONG: &str = "That email and password do not match.";

/// Into the first workspace of whoever is signed in; to the list of them where none is open to them.
pub async fn home(_: Person, shell: Shell) -> PageResult {
    match shell.homes.first() {
        Some(home) => see_other(&home.href),
        None => see_other("/workspaces"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    next: Option<String>,
    /// Why the session before is over.
    ended: Option<String>,
}

pub async fn sign_in(
    shell: Shell,
    session: Session,
    source: Source,
    (db, mail): (Data<Db>, Data<Mail>),
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
            .run(move |conn| store::resume(conn, WHY, digest, &source, now))
            .await?;
        if resumed.is_ok() {
            return see_other(if next.is_empty() { "/" } else { &next });
        }
    }
    let mut page = page(shell, &mail, next, "");
    let ended = link.ended.as_deref().and_then(Ended::named);
    page.notice = ended.map(|ended| ended.sentence().to_owned());
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
    mail: Data<Mail>,
    source: Source,
    device: Device,
    /// The session that this browser has now, if any.
    left: Option<SessionDigest>,
    now: DateTime<Utc>,
}

pub async fn check_in(
    shell: Shell,
    (source, device): (Source, Device),
    session: Session,
    (db, hasher, limits, mail): (Data<Db>, Data<Hasher>, Data<Limits>, Data<Mail>),
    Now(now): Now,
    Form(form): Form<Credentials>,
) -> PageResult {
    let next = if is_local_path(&form.next) {
        form.next
    } else {
        String::new()
    };
    let asked = mail.clone();
    let again = |error: String| {
        let mut page = page(shell, &asked, next.clone(), &form.email);
        page.error = Some(error);
        Page(page)
    };
    let left = SessionId::of(&session).map(|id| id.digest());
    let door = Door {
        db,
        hasher,
        limits,
        mail,
        source,
        device,
        left,
        now,
    };
    match door.open(form.email.clone(), form.password).await {
        Ok(Some((id, known))) => {
            id.give(&session)?;
            let answer = see_other(if next.is_empty() { "/" } else { &next })?;
            with_cookie(answer, &known)
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
    /// A fresh session, and by what this browser is known from now on. Or none: the same way and time for an address
    /// without an account and for a wrong password.
    async fn open(
        self,
        email: String,
        typed: TypedPassword,
    ) -> Result<Option<(SessionId, Cookie<'static>)>> {
        if let Some(ip) = self.source.ip {
            self.limits.sign_ins.take(&client::network_of(ip))?;
        }
        let (now, tried) = (self.now, email.clone());
        let known = self
            .db
            .run(move |conn| actions::take_guess(conn, &tried, now))
            .await?;
        let (user, hash) = known.unzip();
        let right = self.hasher.verify(typed, hash.clone()).await?;
        match (right, user, hash) {
            (true, Some(user), Some(hash)) => self.let_in(user, hash).await,
            (_, user, _) => {
                self.note_failure(email, user);
                Ok(None)
            }
        }
    }

    async fn let_in(
        self,
        user: User,
        hash: PasswordHash,
    ) -> Result<Option<(SessionId, Cookie<'static>)>> {
        let known = self.device.remember(user.id, &hash);
        let is_news = !self.device.is_known_to(user.id, &hash);
        let Self {
            left,
            source,
            mail,
            limits,
            now,
            ..
        } = self;
        let signed_in = self.db.run(move |conn| {
            let id = actions::sign_in(conn, &user, &hash, left, &source, now)?;
            if is_news && id.is_some() {
                actions::announce_sign_in(conn, (&mail, &limits), &user, &source, now)?;
            }
            Ok(id)
        });
        Ok(signed_in.await?.map(|id| (id, known)))
    }

    /// Beside the answer, whose time would tell that there is such an account. What runs beside it costs as much where
    /// there is none: the time of whoever comes next would tell.
    fn note_failure(self, email: String, user: Option<User>) {
        let (source, now) = (self.source, self.now);
        rt::spawn(async move {
            let noted = self
                .db
                .run(move |conn| actions::note_failure(conn, &email, user, &source, now));
            if let Err(error) = noted.await {
                log::warn!("a failed sign-in was not recorded: {error}");
            }
        });
    }
}

/// `next` is a page for anybody, where somebody else is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOutForm {
    #[serde(default)]
    next: String,
}

pub async fn sign_out(
    person: Person,
    session: Session,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<SignOutForm>,
) -> PageResult {
    if let Some(id) = SessionId::of(&session) {
        let digest = id.digest();
        db.run(move |conn| actions::sign_out(conn, &person, digest, now))
            .await?;
    }
    session.purge();
    let to = match is_local_path(&form.next) {
        true => form.next.as_str(),
        false => "/sign-in",
    };
    see_other_with(to, Flash::done("You are signed out.", ""))
}

fn page(shell: Shell, mail: &Mail, next: String, email: &str) -> SignInPage {
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
        can_reset: mail.is_configured(),
    }
}
