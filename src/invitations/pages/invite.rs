//! *Invite people*.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    groups::{self, parsed},
    links, list,
    list::Asked,
    list_path,
};
use crate::{
    actor::{Actor, Confirmed, Person, Role},
    db::Db,
    error::{Error, FieldError, Result},
    invitations::{
        actions::{self, Done, Post},
        let_in::Promised,
        letter::Beside,
        model::{MOST, MOST_GROUPS, Typed, Wanted},
        views::{InvitePage, RoleChoice},
    },
    mail::Mail,
    policy::{self, ManageMembers, permit},
    web::{
        Flash, Form, Fragment, Now, Page, PageResult, Query, Site,
        limit::Limits,
        paging::Stretch,
        see_other_with, time,
        ui::{ErrorSummary, PickerOptions, Shell},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct FindQuery {
    #[serde(default)]
    q: String,
}

/// What the dialog sends: whom to invite, or what group to look for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteForm {
    #[serde(default)]
    emails: String,
    #[serde(default = "plain")]
    role: Role,
    /// `group:ID`.
    #[serde(default)]
    subject: Vec<String>,
    #[serde(default)]
    q: String,
    r#do: Option<Do>,
}

fn plain() -> Role {
    Role::Member
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Do {
    Find,
    Add,
    /// Without those who cannot be invited.
    Others,
}

type Tools = (Data<Db>, Data<Mail>, Data<Limits>, Data<Site>);

pub async fn new(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Fragment(is_part): Fragment,
    Query(query): Query<FindQuery>,
) -> PageResult {
    permit::<ManageMembers>(&actor)?;
    if is_part {
        let found = groups::found(&tools.0, &actor, query.q).await?;
        return Page(PickerOptions { found }).ok();
    }
    let form = InviteForm {
        emails: String::new(),
        role: plain(),
        subject: Vec::new(),
        q: query.q,
        r#do: None,
    };
    page(&actor, shell, &tools, &form, &[], now).await?.ok()
}

pub async fn invite(
    (actor, person, confirmed): (Actor, Person, Option<Confirmed>),
    shell: Shell,
    (tools, promised): (Tools, Data<Promised>),
    Now(now): Now,
    Form(form): Form<InviteForm>,
) -> PageResult {
    permit::<ManageMembers>(&actor)?;
    if form.r#do == Some(Do::Find) {
        return page(&actor, shell, &tools, &form, &[], now).await?.ok();
    }
    let (wanted, unread) = match form.wanted()? {
        Ok(wanted) => wanted,
        Err(mistakes) => {
            let again = page(&actor, shell, &tools, &form, &mistakes, now);
            return again.await?.unprocessable();
        }
    };
    let (inviter, (db, mail, limits, _)) = (actor.clone(), tools.clone());
    let done = db
        .run(move |conn| {
            let post = Post {
                mail: &mail,
                limits: &limits,
                promised: &promised,
                person: &person,
                confirmed,
            };
            actions::invite(conn, &inviter, &wanted, (&post, &Beside::default()), now)
        })
        .await;
    match done {
        Ok(mut done) => {
            done.skipped.splice(0..0, unread);
            answer(shell, &tools, done)
        }
        Err(Error::Invalid(mistakes)) => {
            let again = page(&actor, shell, &tools, &form, &mistakes, now);
            again.await?.unprocessable()
        }
        Err(Error::Limited { retry_after }) => {
            let wait = time::duration(retry_after);
            let why = format!("You sent many invitations. Send the next in {wait}");
            let mistake = [FieldError::new("emails", why)];
            let mut again = page(&actor, shell, &tools, &form, &mistake, now).await?;
            again.0.can_skip = false;
            again.limited(retry_after)
        }
        Err(other) => Err(other.into()),
    }
}

/// Whom to invite, and what of the addresses is left out as it cannot be read.
type Read = Result<(Wanted, Vec<String>), Vec<FieldError>>;

impl InviteForm {
    fn wanted(&self) -> Result<Read> {
        let typed = Typed::parse(&self.emails);
        let groups = parsed(&self.subject)?;
        let skips = self.r#do == Some(Do::Others);
        let mut mistakes = Vec::new();
        let mut mistake = |field, why: String| mistakes.push(FieldError::new(field, why));
        let found = typed.emails.len();
        if found > MOST {
            let why = format!("Invite at most {MOST} people at once. These are {found}");
            mistake("emails", why);
        }
        if found == 0 && typed.mistakes.is_empty() {
            mistake("emails", "Enter at least one email address".to_owned());
        }
        if !skips || found == 0 {
            typed
                .mistakes
                .iter()
                .for_each(|why| mistake("emails", why.clone()));
        }
        if groups.len() > MOST_GROUPS {
            let why = format!("Choose at most {MOST_GROUPS} groups");
            mistake("subject", why);
        }
        if !self.q.trim().is_empty() {
            // Whoever typed a name and has chosen nothing has not found it yet.
            mistake(
                "subject",
                "Choose a group of those found, or empty the field".to_owned(),
            );
        }
        Ok(match mistakes.is_empty() {
            false => Err(mistakes),
            true => Ok((
                Wanted {
                    emails: typed.emails,
                    role: self.role,
                    groups,
                    skips,
                },
                typed.mistakes,
            )),
        })
    }
}

/// With a mail server a flash; without one the links, which are seen here and nowhere else.
fn answer(shell: Shell, (_, _, _, site): &Tools, done: Done) -> PageResult {
    if done.sent.iter().any(|sent| sent.link.is_some()) {
        return links::page(shell, site, done).created();
    }
    let said = match done.sent.as_slice() {
        [one] => format!("{} is invited.", one.email),
        many => format!("{} people are invited.", many.len()),
    };
    let skipped = match done.skipped.as_slice() {
        [] => "The link in the mail works once, for 7 days.".to_owned(),
        // A flash travels in a cookie.
        some => {
            let more = some.len().saturating_sub(5);
            let first = some.iter().take(5).map(|why| format!("{why}."));
            let rest = (more > 0).then(|| format!("And {more} more."));
            let said: Vec<String> = first.chain(rest).collect();
            format!("Left out: {}", said.join(" "))
        }
    };
    see_other_with(&list_path(&shell), Flash::done(said, skipped))
}

async fn page(
    actor: &Actor,
    shell: Shell,
    (db, mail, _, _): &Tools,
    form: &InviteForm,
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<InvitePage>> {
    let asked = Asked::default();
    let read = list::read(db, actor, &asked, Stretch::Newest, now).await?;
    let picker = groups::picker(db, actor, &form.q, parsed(&form.subject)?, mistakes).await?;
    let path = list_path(&shell);
    let of_emails = mistakes.iter().filter(|m| m.field == "emails");
    let of_emails: Vec<String> = of_emails.map(|m| m.message.clone()).collect();
    let typed = Typed::parse(&form.emails);
    let unfit = of_emails.len().saturating_sub(typed.mistakes.len());
    let are_fit = typed.emails.len() > unfit && typed.emails.len() <= MOST;
    Ok(Page(InvitePage {
        list: read.view(&asked, actor, &shell, now),
        action: format!("{path}/new"),
        summary: ErrorSummary::of(mistakes),
        emails: form.emails.clone(),
        can_skip: !of_emails.is_empty() && are_fit,
        mistakes: of_emails,
        roles: Role::ALL
            .into_iter()
            .filter(|role| policy::may_touch(actor, *role))
            .map(|role| RoleChoice {
                value: role.name(),
                text: role.title(),
                means: role.means(),
                checked: role == form.role,
            })
            .collect(),
        groups: picker.at(format!("{path}/new")),
        how: match mail.is_configured() {
            true => "Each gets a mail with a link of their own, which works once, for 7 days.",
            false => {
                "Mail is not set up, so you get a link for each to hand over. It works once, for 7 days."
            }
        },
        shell: shell.titled("Invite people", "members").at(&path),
        cancel: path,
    }))
}
