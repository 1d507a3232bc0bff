//! *Email* in *Your account*, and what the links in its mails lead to.

use actix_web::{HttpRequest, web::Data};
use serde::Deserialize;

use super::{
    actions::{self, Outcome},
    model::{EmailChange, Side},
    store,
    views::ConfirmationPage,
};
use crate::{
    actor::{Confirmed, Person},
    auth::pages::profile,
    db::Db,
    error::{Error, FieldError, Result},
    mail::Mail,
    people::Email,
    web::{
        Flash, Form, Now, Page, PageResult, Query, Site,
        limit::Limits,
        link::{Link, LinkToken, Purpose, put_down},
        see_other, see_other_with, time,
        ui::Shell,
    },
};

/// Where the links in the mails lead to, whoever follows them.
pub const ENTRANCE: &str = "/confirm-email";
const CONFIRMATION: &str = "/account/email/confirmation";

type Tools = (Data<Db>, Data<Mail>, Data<Limits>);

/// The form is on a page with other things.
pub async fn change(_: Person) -> PageResult {
    see_other(profile::PATH)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailForm {
    email: String,
}

pub async fn ask(
    person: Person,
    confirmed: Confirmed,
    shell: Shell,
    (db, mail, limits): Tools,
    Now(now): Now,
    Form(form): Form<EmailForm>,
) -> PageResult {
    need(&mail)?;
    let new = match Email::parse(&form.email) {
        Ok(new) if new.as_str() != person.email => new,
        other => {
            let why = other
                .err()
                .unwrap_or("That is your email already".to_owned());
            let mistake = FieldError::new("email", why);
            let page = profile::again(shell, &person, (&db, &mail), (&form.email, mistake), now);
            return page.await?.unprocessable();
        }
    };
    if let Err(Error::Limited { retry_after }) = limits.email_changes.take(&person.id) {
        let mistake = FieldError::new("email", too_many(retry_after));
        let page = profile::again(shell, &person, (&db, &mail), (&form.email, mistake), now);
        return page.await?.limited(retry_after);
    }
    let told = format!(
        "One to {} and one to {}. Your email is changed when you have followed the link in both.",
        person.email,
        new.as_str()
    );
    let zone = shell.zone;
    db.run(move |conn| actions::ask(conn, &mail, (&person, confirmed), &new, zone, now))
        .await?;
    see_other_with(
        profile::PATH,
        Flash::done("Two mails are on their way.", told),
    )
}

pub async fn again(
    person: Person,
    shell: Shell,
    (db, mail, limits): Tools,
    Now(now): Now,
) -> PageResult {
    need(&mail)?;
    if let Err(Error::Limited { retry_after }) = limits.email_changes.take(&person.id) {
        let mistake = FieldError::new("", too_many(retry_after));
        let page = profile::again(shell, &person, (&db, &mail), ("", mistake), now);
        return page.await?.limited(retry_after);
    }
    let zone = shell.zone;
    let is_sent = db.run(move |conn| actions::send_again(conn, &mail, &person, zone, now));
    let flash = match is_sent.await? {
        true => Flash::done("It is sent again.", "Only the links in the new mails work."),
        false => nothing_waits(),
    };
    see_other_with(profile::PATH, flash)
}

pub async fn cancel(person: Person, db: Data<Db>, Now(now): Now) -> PageResult {
    let is_cancelled = db.run(move |conn| actions::cancel(conn, &person, now));
    let flash = match is_cancelled.await? {
        true => Flash::done(
            "Your email stays what it is.",
            "The links in the mails do not work any more.",
        ),
        false => nothing_waits(),
    };
    see_other_with(profile::PATH, flash)
}

/// For anybody: who is not signed in yet is asked to on the way.
pub async fn lead(site: Data<Site>, Query(link): Query<Link>) -> PageResult {
    match link.token {
        Some(token) => token.lead(CONFIRMATION, &site, Purpose::TakeEmail),
        None => see_other(CONFIRMATION),
    }
}

pub async fn follow(
    person: Person,
    req: HttpRequest,
    shell: Shell,
    (site, db): (Data<Site>, Data<Db>),
    Now(now): Now,
) -> PageResult {
    let email = person.email.clone();
    let Some(token) = LinkToken::carried(&req, &site, Purpose::TakeEmail) else {
        return over(&email);
    };
    let found = db.run(move |conn| {
        let found = store::follow(conn, &person, &token, now)?;
        Ok(found.map(|found| (found, token)))
    });
    match found.await? {
        Some(((change, side), token)) => {
            Page(confirmation_page(shell, token, email, change, side)).ok()
        }
        None => over(&email),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationForm {
    token: LinkToken,
}

pub async fn confirm(
    person: Person,
    (site, db): (Data<Site>, Data<Db>),
    Now(now): Now,
    Form(form): Form<ConfirmationForm>,
) -> PageResult {
    let email = person.email.clone();
    let outcome = db.run(move |conn| actions::confirm(conn, &person, &form.token, now));
    let flash = match outcome.await? {
        Outcome::Changed(new) => Flash::done(
            "Your email is changed.",
            format!("Sign in with {new} from now on."),
        ),
        Outcome::Waits(other) => Flash::done(
            "This address is confirmed.",
            format!(
                "Your email is changed when you have followed the link in the mail to {other} too."
            ),
        ),
        Outcome::Taken(new) => Flash::not_done(
            "Your email was not changed.",
            format!("Somebody has made an account with {new} meanwhile."),
        ),
        Outcome::Over => return over(&email),
    };
    put_down(
        see_other_with(profile::PATH, flash)?,
        &site,
        Purpose::TakeEmail,
    )
}

/// A link of somebody else's account is as one that was never sent.
fn over(email: &str) -> PageResult {
    let told = format!(
        "A link works once, for 24 hours, if it is the last one that was sent and is about the account that you are \
         signed in to, which is {email}."
    );
    see_other_with(
        profile::PATH,
        Flash::not_done("That link does not work.", told),
    )
}

fn nothing_waits() -> Flash {
    Flash::not_done("No change of your email waits any more.", "")
}

fn need(mail: &Mail) -> Result<()> {
    match mail.is_configured() {
        true => Ok(()),
        false => Err(Error::Conflict(
            "This Keyroom sends no mail, so no address can be confirmed.",
        )),
    }
}

fn too_many(retry_after: std::time::Duration) -> String {
    let wait = time::duration(retry_after);
    format!("Several mails were sent already. Try again in {wait}")
}

fn confirmation_page(
    shell: Shell,
    token: LinkToken,
    old: String,
    change: EmailChange,
    side: Side,
) -> ConfirmationPage {
    let then = match (side, change.old_confirmed_at, change.new_confirmed_at) {
        (Side::Old, _, None) => format!(
            "It is changed when you have followed the link in the mail to {} too.",
            change.new_email
        ),
        (Side::New, None, _) => {
            format!("It is changed when you have followed the link in the mail to {old} too.")
        }
        _ => "It is changed with this, since the other address has confirmed it.".to_owned(),
    };
    ConfirmationPage {
        action: CONFIRMATION,
        token: token.field(),
        old,
        new: change.new_email,
        then,
        shell: shell
            .titled("Change your email?", "profile")
            .at(profile::PATH),
    }
}
