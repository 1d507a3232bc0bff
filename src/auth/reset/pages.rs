//! *Forgot your password?*, and what the link in the mail leads to.

use actix_web::{HttpRequest, rt, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    actions, store,
    views::{ForgottenForm, ForgottenPage, LinkOverPage, NewPasswordPage},
};
use crate::{
    actor::Source,
    auth::{actions::WHY, device::Device, throttle},
    db::Db,
    error::{Error, Result},
    mail::Mail,
    people::{Email, Hasher, TypedPassword},
    web::{
        Flash, Form, Now, Page, PageResult, Query, Site, client,
        limit::Limits,
        link::{Link, LinkToken, Purpose, put_down, with_cookie},
        see_other_with, time,
        ui::{ErrorSummary, Shell, TextField},
    },
};

pub const FORGOTTEN: &str = "/forgot-password";
pub const RESET: &str = "/reset-password";

pub async fn forgotten(shell: Shell, mail: Data<Mail>) -> PageResult {
    Page(forgotten_page(shell, &mail, "", None)).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    email: String,
}

/// The same for every address, and without a look at whether it has an account: that is found out beside the answer.
pub async fn ask(
    shell: Shell,
    source: Source,
    (db, limits, mail): (Data<Db>, Data<Limits>, Data<Mail>),
    Now(now): Now,
    Form(form): Form<Forgotten>,
) -> PageResult {
    if !mail.is_configured() {
        return Page(forgotten_page(shell, &mail, "", None)).conflict();
    }
    let email = match Email::parse(&form.email) {
        Ok(email) => email,
        Err(why) => {
            return Page(forgotten_page(shell, &mail, &form.email, Some(why))).unprocessable();
        }
    };
    let counted = throttle::digest_of(email.as_str());
    if let Err((why, retry_after)) = take(&limits, &source, &counted) {
        return Page(forgotten_page(shell, &mail, &form.email, Some(why))).limited(retry_after);
    }
    let token = LinkToken::fresh()?;
    let digest = token.digest(Purpose::ResetPassword);
    db.run(move |conn| store::put(conn, WHY, &counted, digest, now))
        .await?;
    let told = format!(
        "If there is an account with the address {}, a link to choose a new password is on its way. It works for 30 minutes.",
        email.as_str()
    );
    send_beside(db, mail, (email, token), source, now);
    see_other_with(FORGOTTEN, Flash::done("Check your mail.", told))
}

/// Why not now, and for how long.
fn take(
    limits: &Limits,
    source: &Source,
    email: &[u8; 32],
) -> Result<(), (String, std::time::Duration)> {
    let network = source.ip.map(client::network_of);
    if let Some(Err(Error::Limited { retry_after })) = network.map(|n| limits.sign_ins.take(&n)) {
        let wait = time::duration(retry_after);
        return Err((
            format!("Too many attempts. Try again in {wait}"),
            retry_after,
        ));
    }
    if let Err(Error::Limited { retry_after }) = limits.resets.take(email) {
        let wait = time::duration(retry_after);
        let why = format!(
            "This was asked for several times. Look among what is held to be spam, or try again in {wait}"
        );
        return Err((why, retry_after));
    }
    Ok(())
}

fn send_beside(
    db: Data<Db>,
    mail: Data<Mail>,
    (email, token): (Email, LinkToken),
    source: Source,
    now: DateTime<Utc>,
) {
    rt::spawn(async move {
        let sent =
            db.run(move |conn| actions::send_link(conn, &mail, (&email, &token), &source, now));
        if let Err(error) = sent.await {
            log::warn!("a link to reset a password was not written: {error}");
        }
    });
}

pub async fn open(
    req: HttpRequest,
    shell: Shell,
    (site, db): (Data<Site>, Data<Db>),
    Now(now): Now,
    Query(link): Query<Link>,
) -> PageResult {
    if let Some(token) = link.token {
        return token.lead(RESET, &site, Purpose::ResetPassword);
    }
    let Some(token) = LinkToken::carried(&req, &site, Purpose::ResetPassword) else {
        return Page(over(shell)).ok();
    };
    let digest = token.digest(Purpose::ResetPassword);
    let found = db.run(move |conn| store::find(conn, WHY, digest, now));
    match found.await? {
        Some(user) => Page(new_password_page(shell, token, user.email, None)).ok(),
        None => Page(over(shell)).ok(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    token: LinkToken,
    new: TypedPassword,
    /// For password managers; whose password it is, the link says.
    #[serde(default)]
    email: String,
}

type Tools = (Data<Site>, Data<Db>, Data<Hasher>, Data<Limits>, Data<Mail>);

pub async fn choose(
    shell: Shell,
    (source, device): (Source, Device),
    tools: Tools,
    Now(now): Now,
    Form(form): Form<NewPassword>,
) -> PageResult {
    let (site, db, hasher, limits, mail) = tools;
    let network = source.ip.map(client::network_of);
    if let Some(Err(Error::Limited { retry_after })) = network.map(|n| limits.sign_ins.take(&n)) {
        let why = format!(
            "Too many attempts. Try again in {}",
            time::duration(retry_after)
        );
        let page = new_password_page(shell, form.token, form.email, Some(why));
        return Page(page).limited(retry_after);
    }
    let digest = form.token.digest(Purpose::ResetPassword);
    let found = db.run(move |conn| store::find(conn, WHY, digest, now));
    let Some(user) = found.await? else {
        return Page(over(shell)).conflict();
    };
    let about = vec![user.name.clone(), user.email.clone(), "keyroom".into()];
    let new = match hasher.choose(form.new, about).await? {
        Ok(new) => hasher.hash(new).await?,
        Err(why) => {
            let page = new_password_page(shell, form.token, user.email, Some(why));
            return Page(page).unprocessable();
        }
    };
    let known = device.remember(user.id, &new);
    let done = db.run(move |conn| actions::reset(conn, &mail, (&user, &new), digest, &source, now));
    match done.await {
        Ok(()) => {}
        Err(Error::NotFound) => return Page(over(shell)).conflict(),
        Err(other) => return Err(other.into()),
    }
    let flash = Flash::done("Your password is changed.", "Sign in with it.");
    let answer = put_down(
        see_other_with("/sign-in", flash)?,
        &site,
        Purpose::ResetPassword,
    )?;
    with_cookie(answer, &known)
}

fn forgotten_page(
    shell: Shell,
    mail: &Mail,
    email: &str,
    mistake: Option<String>,
) -> ForgottenPage {
    let typed: String = email
        .chars()
        .filter(|c| !c.is_control())
        .take(254)
        .collect();
    let form = ForgottenForm {
        summary: ErrorSummary::of_one("email", mistake.as_ref()),
        email: TextField::email("email", "Email", typed)
            .large()
            .error(mistake),
    };
    ForgottenPage {
        action: FORGOTTEN,
        form: mail.is_configured().then_some(form),
        shell: shell.titled("Forgot your password?", "").at(FORGOTTEN),
    }
}

fn new_password_page(
    shell: Shell,
    token: LinkToken,
    email: String,
    mistake: Option<String>,
) -> NewPasswordPage {
    NewPasswordPage {
        action: RESET,
        token: token.field(),
        email,
        summary: ErrorSummary::of_one("new", mistake.as_ref()),
        new: TextField::password("new", "New password", "new-password")
            .hint("At least 15 characters.")
            .large()
            .error(mistake),
        shell: shell.titled("Choose a new password", "").at(RESET),
    }
}

fn over(shell: Shell) -> LinkOverPage {
    LinkOverPage {
        again: FORGOTTEN,
        shell: shell
            .titled("This link does not work any more", "")
            .at(RESET),
    }
}
