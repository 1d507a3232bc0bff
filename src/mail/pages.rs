//! Settings → Workspace → Mail: whether mail is sent, and a mail to oneself to see that it is.

use actix_web::web::Data;
use chrono::{DateTime, Utc};

use super::{
    Mail, actions,
    model::{Failure, Last, State},
    smtp::Server,
    store,
    views::{MailPage, OutcomeView, ServerView, Trouble},
};
use crate::{
    actor::{Actor, Person},
    config::Encryption,
    db::Db,
    error::{Error, Result},
    policy::{TestMail, permit},
    web::{
        Flash, Now, Page, PageResult,
        limit::Limits,
        see_other_with,
        time::{self, Zone},
        ui::{Fact, Shell, Status},
    },
};

pub async fn show(
    actor: Actor,
    person: Person,
    shell: Shell,
    (db, mail): (Data<Db>, Data<Mail>),
    Now(now): Now,
) -> PageResult {
    Page(page(&actor, &person, shell, (&db, &mail), now).await?).ok()
}

pub async fn test(
    actor: Actor,
    person: Person,
    shell: Shell,
    (db, mail, limits): (Data<Db>, Data<Mail>, Data<Limits>),
    Now(now): Now,
) -> PageResult {
    permit::<TestMail>(&actor)?;
    let (Some(member), Some(home)) = (actor.member_id(), shell.workspace.as_ref()) else {
        return Err(Error::NotFound.into());
    };
    if let Err(Error::Limited { retry_after }) = limits.test_mails.take(&member) {
        let wait = time::duration(retry_after);
        let mut page = page(&actor, &person, shell, (&db, &mail), now).await?;
        page.mistake = Some(format!(
            "One test mail a minute is enough. Try again in {wait}."
        ));
        return Page(page).limited(retry_after);
    }
    let (path, workspace) = (home.mail.clone(), home.name.clone());
    let text = format!(
        "Reload this page to see whether the server took it. It goes to {}.",
        person.email
    );
    db.run(move |conn| actions::send_test(conn, &mail, (&actor, &person), &workspace, now))
        .await?;
    see_other_with(&path, Flash::done("The test mail is on its way.", text))
}

async fn page(
    actor: &Actor,
    person: &Person,
    shell: Shell,
    (db, mail): (&Db, &Mail),
    now: DateTime<Utc>,
) -> Result<MailPage> {
    let permit = permit(actor)?;
    let email = person.email.clone();
    let (state, last) = db
        .run(move |conn| {
            let last = store::last(conn, &permit, actions::TEST, &email)?;
            Ok((store::state(conn, &permit)?, last))
        })
        .await?;
    let path = shell.workspace.as_ref().map_or("", |w| w.mail.as_str());
    let server = mail.server.as_ref().map(|server| ServerView {
        status: status(&state),
        facts: facts(server, &state, (shell.zone, now)),
        trouble: trouble(&state, (shell.zone, now)),
        test: format!("{path}/tests"),
        email: person.email.clone(),
        outcome: last.map(|last| outcome(last, (shell.zone, now))),
    });
    let path = path.to_owned();
    Ok(MailPage {
        mistake: None,
        server,
        shell: shell.titled("Mail", "mail").at(path),
    })
}

/// The server itself failed, and has taken nothing since.
fn fails(state: &State) -> Option<&(DateTime<Utc>, Failure, String)> {
    state
        .trouble
        .as_ref()
        .filter(|(at, ..)| state.sent_at.is_none_or(|sent| sent < *at))
}

fn status(state: &State) -> Status {
    let (class, icon, text) = match (fails(state), state.sent_at) {
        (Some(_), _) => ("expired", "lapse", "Does not work"),
        (None, Some(_)) => ("active", "dot", "Works"),
        (None, None) => ("off", "ring", "Not tried yet"),
    };
    Status { class, icon, text }
}

fn facts(server: &Server, state: &State, (zone, now): (Zone, DateTime<Utc>)) -> Vec<Fact> {
    let settings = &server.settings;
    let encryption = match settings.encryption {
        Encryption::None => "None",
        Encryption::StartTls => "STARTTLS, required",
        Encryption::Tls => "TLS",
    };
    let when = |term, at: Option<DateTime<Utc>>| match at {
        Some(at) => Fact::at(term, zone.relative(at, now)),
        None => Fact::text(term, "Never within 30 days"),
    };
    vec![
        Fact::text("Server", &settings.host),
        Fact::text("Encryption", encryption),
        Fact::text("Sender", settings.from.to_string()),
        when("Last mail sent", state.sent_at),
        when(
            "Last failure of the server",
            state.trouble.as_ref().map(|(at, ..)| *at),
        ),
    ]
}

fn trouble(state: &State, (zone, now): (Zone, DateTime<Utc>)) -> Option<Trouble> {
    let (_, failure, reply) = fails(state)?;
    let waiting = match state.waiting_since {
        Some(since) => format!(
            " Mail has been waiting since {}, and is tried again until its time is over.",
            zone.relative(since, now).exact
        ),
        None => String::new(),
    };
    Some(Trouble {
        text: format!("{}.{waiting} Tell whoever runs Keyroom.", failure.words()),
        reply: reply.clone(),
    })
}

fn outcome(last: Last, (zone, now): (Zone, DateTime<Utc>)) -> OutcomeView {
    let asked = zone.relative(last.created_at, now).text;
    let why = last
        .failure
        .as_deref()
        .and_then(Failure::of)
        .map(Failure::words);
    let of = |tone, icon, strong, text| OutcomeView {
        tone,
        icon,
        strong,
        text,
        reply: String::new(),
    };
    let reply = last.reply.unwrap_or_default();
    match (last.sent_at, last.due_at, why) {
        (Some(at), ..) => of(
            "good",
            "check",
            "The server took your test mail.",
            format!(
                "That was {}. If it is not in your inbox, look among what is held to be spam.",
                zone.relative(at, now).text
            ),
        ),
        (None, Some(_), None) => of(
            "",
            "info",
            "Your test mail is on its way.",
            format!("You asked for it {asked}."),
        ),
        (None, Some(_), Some(why)) => OutcomeView {
            reply,
            ..of(
                "warn",
                "warn",
                "Your test mail waits.",
                format!(
                    "{why}. It is tried again until {}.",
                    zone.relative(last.not_after, now).exact
                ),
            )
        },
        (None, None, why) => OutcomeView {
            reply,
            ..of(
                "bad",
                "warn",
                "Your test mail was not sent.",
                format!("{}. You asked for it {asked}.", why.unwrap_or("It failed")),
            )
        },
    }
}
