//! What a link leads to, and *Accept invitation* for whoever has an account.

use actix_web::{HttpRequest, web::Data};
use serde::Deserialize;

use crate::{
    actor::Person,
    db::Db,
    error::FieldError,
    invitations::{
        JOIN,
        actions::{self, Joined, Over, Sight},
        let_in::Promised,
        views::{JoinPage, NewAccount, OverPage, Way},
    },
    web::{
        Flash, Form, Now, Page, PageResult, Query, Site,
        link::{LinkToken, Purpose, put_down},
        see_other_with,
        time::Zone,
        ui::{ErrorSummary, Shell, TextField},
    },
};

/// Back here after signing in; the cookie remembers which invitation it is.
const SIGN_IN: &str = "/sign-in?next=%2Finvitation";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    token: Option<LinkToken>,
}

pub async fn open(
    req: HttpRequest,
    (shell, person): (Shell, Option<Person>),
    (site, db): (Data<Site>, Data<Db>),
    Now(now): Now,
    Query(link): Query<Link>,
) -> PageResult {
    if let Some(token) = link.token {
        return token.lead(JOIN, &site, Purpose::Join);
    }
    let Some(token) = LinkToken::carried(&req, &site, Purpose::Join) else {
        return over(shell, Over::Unknown, person.is_some()).ok();
    };
    let (token, looked) = db
        .run(move |conn| actions::look(conn, &token, now).map(|looked| (token, looked)))
        .await?;
    match looked {
        Ok(sight) => page(shell, sight, (token, person), "", &[]).ok(),
        Err(why) => over(shell, why, person.is_some()).ok(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptForm {
    token: LinkToken,
}

pub async fn accept(
    person: Person,
    shell: Shell,
    (site, db, promised): (Data<Site>, Data<Db>, Data<Promised>),
    Now(now): Now,
    Form(form): Form<AcceptForm>,
) -> PageResult {
    let joined = db
        .run(move |conn| actions::accept(conn, &form.token, (&person, &promised), now))
        .await?;
    match joined {
        Ok(joined) => put_down(welcome(&joined)?, &site, Purpose::Join),
        Err(why) => over(shell, why, true).conflict(),
    }
}

/// Into the workspace, which decides what is seen first.
pub fn welcome(joined: &Joined) -> PageResult {
    let workspace = &joined.workspace;
    let text = match joined.left_out.as_slice() {
        [] => String::new(),
        gone => format!(
            "What you were to be in and was deleted meanwhile: {}.",
            gone.join(", ")
        ),
    };
    let flash = Flash::done(format!("You joined {}.", workspace.name), text);
    see_other_with(&format!("/w/{}", workspace.slug), flash)
}

/// What can be done follows from who looks. Where somebody saw the link who invited, it does not tell them whether the
/// address has an account.
pub fn page(
    shell: Shell,
    sight: Sight,
    (token, person): (LinkToken, Option<Person>),
    typed: &str,
    mistakes: &[FieldError],
) -> Page<JoinPage> {
    let invitation = &sight.invitation;
    let has_account = sight.account.is_some();
    let is_theirs = |person: &Person| {
        let account = sight.account.as_ref();
        account.is_some_and(|user| user.id == person.id)
    };
    let way = match person {
        Some(person) if is_theirs(&person) => Way {
            accepts: true,
            ..Way::default()
        },
        Some(person) => Way {
            somebody_else: Some(person.email),
            ..Way::default()
        },
        None => Way {
            account: (!has_account || invitation.was_shown).then(|| account(typed, mistakes)),
            sign_in: (has_account || invitation.was_shown).then_some(SIGN_IN),
            ..Way::default()
        },
    };
    let named = |is_there: bool| {
        let groups = sight.groups.iter();
        let those = groups.filter(|group| group.id.is_some() == is_there);
        let names: Vec<&str> = those.map(|group| group.name.as_str()).collect();
        names.join(", ")
    };
    let zone = Zone::named(&sight.workspace.time_zone).unwrap_or_default();
    Page(JoinPage {
        inviter: sight.inviter.name.clone(),
        email: invitation.email.clone(),
        role: invitation.role.article(),
        groups: named(true),
        left_out: named(false),
        until: zone.long_day(invitation.expires_at),
        token: token.field(),
        summary: ErrorSummary::of(mistakes),
        way,
        shell: shell
            .titled(format!("Join {}", sight.workspace.name), "")
            .at("/invitation"),
        workspace: sight.workspace.name,
    })
}

fn account(typed: &str, mistakes: &[FieldError]) -> NewAccount {
    let name = TextField::text("name", "Your name", typed)
        .autocomplete("name")
        .max_length(80)
        .large()
        .error(FieldError::of(mistakes, "name"));
    NewAccount {
        name: match mistakes.is_empty() {
            true => name.autofocus(),
            false => name,
        },
        password: TextField::password("password", "Choose a password", "new-password")
            .hint("At least 15 characters. A password manager can make one for you.")
            .large()
            .error(FieldError::of(mistakes, "password")),
    }
}

pub fn over(shell: Shell, why: Over, is_signed_in: bool) -> Page<OverPage> {
    let in_or_home = match is_signed_in {
        true => ("/workspaces".to_owned(), "Your workspaces"),
        false => ("/sign-in".to_owned(), "Sign in"),
    };
    let (title, text, way) = match why {
        Over::Unknown => (
            "This invitation does not work any more",
            "It may have been sent to you again: then only the link in the last mail works. Otherwise ask whoever \
             invited you for a new one."
                .to_owned(),
            in_or_home,
        ),
        Over::Accepted => (
            "This invitation was accepted already",
            "It works once. If that was you, sign in with the password that you chose.".to_owned(),
            in_or_home,
        ),
        Over::Cancelled => (
            "This invitation was cancelled",
            "Whoever sent it took it back. If you think that this is a mistake, ask them.".to_owned(),
            in_or_home,
        ),
        Over::Expired(workspace, inviter) => (
            "This invitation is over",
            format!(
                "It was to {workspace}, by {}, and worked for 7 days.",
                inviter.name
            ),
            (again(&inviter.email, &workspace), "Ask for a new invitation"),
        ),
        Over::Deleted => (
            "This workspace was deleted",
            "So there is nothing to join. If it is restored, the invitation works again.".to_owned(),
            in_or_home,
        ),
        Over::Unanswered(workspace, inviter) => (
            "This invitation does not count any more",
            format!(
                "{}, who sent it, may not invite people to {workspace} like this any more. Ask an admin of {workspace} \
                 for a new invitation.",
                inviter.name
            ),
            in_or_home,
        ),
        Over::Suspended(workspace) => (
            "You are suspended in this workspace",
            format!("{workspace} is closed to you until one of its admins reinstates you."),
            in_or_home,
        ),
        Over::Member(workspace) => (
            "You belong to this workspace already",
            format!("There is nothing to accept in {}.", workspace.name),
            (format!("/w/{}", workspace.slug), "Open the workspace"),
        ),
    };
    Page(OverPage {
        shell: shell.titled(title, "").at("/invitation"),
        title,
        text,
        way,
    })
}

/// A mail to whoever sent it.
fn again(email: &str, workspace: &str) -> String {
    let encoded = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let subject = format!("A new invitation to {workspace}");
    format!("mailto:{}?subject={}", encoded(email), encoded(&subject))
}
