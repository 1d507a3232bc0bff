//! *Share*, and *Find* where there is no script.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    OfFolder,
    asked::AskForm,
    dialog::{self, Tools, Typed},
    names::Names,
    path,
};
use crate::{
    actor::{Actor, Confirmed, FolderRole, Person},
    error::{Error, FieldError, Result},
    invitations::{self, Post, Promised},
    library::Subject,
    policy::permit,
    sharing::{
        actions::{self, Done},
        model::{Pick, Wanted, check_words, parse_end},
    },
    web::{Flash, Form, Now, PageResult, Path, limit::Limits, see_other_with, ui::Shell},
};

/// What the dialog sends: whom to share with, or what to look for.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareForm {
    /// `member:ID`, `group:ID`, `api_key:ID` or `email:ADDRESS`.
    #[serde(default)]
    subject: Vec<String>,
    #[serde(default)]
    q: String,
    #[serde(default = "plain")]
    role: FolderRole,
    #[serde(default)]
    ends_on: String,
    tell: Option<String>,
    #[serde(default)]
    message: String,
    r#do: Option<Do>,
}

fn plain() -> FolderRole {
    FolderRole::User
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Do {
    Find,
    Add,
}

impl ShareForm {
    fn typed(&self, mistakes: Vec<FieldError>) -> Result<Typed> {
        Ok(Typed {
            picks: Pick::parse_all(&self.subject)?,
            q: self.q.clone(),
            role: self.role,
            ends_on: self.ends_on.clone(),
            tells: self.tell.is_some(),
            message: self.message.clone(),
            ask: AskForm::default(),
            end: None,
            mistakes,
        })
    }

    fn wanted(&self, shell: &Shell, now: DateTime<Utc>) -> Result<Wanted> {
        let picks = Pick::parse_all(&self.subject)?;
        let mut mistakes = Vec::new();
        if picks.is_empty() {
            let why = "Choose at least one person, group or API key";
            mistakes.push(FieldError::new("subject", why));
        }
        let ends_at = parse_end(&self.ends_on, shell.zone, now);
        let message = check_words(&self.message, "the message");
        mistakes.extend(ends_at.err().map(|why| FieldError::new("ends_on", why)));
        mistakes.extend(
            message
                .clone()
                .err()
                .map(|why| FieldError::new("message", why)),
        );
        match (ends_at, message, mistakes.is_empty()) {
            (Ok(ends_at), Ok(message), true) => Ok(Wanted {
                picks,
                role: self.role,
                ends_at,
                tells: self.tell.is_some(),
                message,
            }),
            _ => Err(Error::Invalid(mistakes)),
        }
    }

    /// Whoever typed a name and has picked nobody has not found them yet.
    fn only_finds(&self) -> bool {
        self.r#do == Some(Do::Find) || (self.subject.is_empty() && !self.q.trim().is_empty())
    }
}

pub async fn add(
    (actor, person, confirmed): (Actor, Person, Option<Confirmed>),
    shell: Shell,
    (tools, limits, promised): (Tools, Data<Limits>, Data<Promised>),
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<ShareForm>,
) -> PageResult {
    if form.only_finds() {
        let (what, typed) = ((of.folder, None), form.typed(Vec::new())?);
        let again = dialog::page(&actor, shell, &tools, what, typed, now);
        return again.await?.ok();
    }
    let (giver, (db, mail, site)) = (actor.clone(), tools.clone());
    let done = match form.wanted(&shell, now) {
        Err(mistakes) => Err(mistakes),
        Ok(wanted) => {
            db.run(move |conn| {
                let post = Post {
                    mail: &mail,
                    limits: &limits,
                    promised: &promised,
                    person: &person,
                    confirmed,
                };
                let what = (&wanted, &post);
                let done = actions::share(conn, &giver, of.folder, what, now)?;
                let said = said(conn, &giver, &done, wanted.role)?;
                Ok((done, said))
            })
            .await
        }
    };
    match done {
        Ok((done, _)) if !done.links.is_empty() => invitations::hand_over(shell, &site, done.links),
        Ok((done, said)) => see_other_with(&path(&shell, done.folder.id), said),
        Err(Error::Invalid(mistakes)) => {
            let (what, typed) = ((of.folder, None), form.typed(mistakes)?);
            let again = dialog::page(&actor, shell, &tools, what, typed, now);
            again.await?.unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

/// "Dan Price is a User of Handbook now. 1 skipped: has access already."
fn said(conn: &mut PgConnection, actor: &Actor, done: &Done, role: FolderRole) -> Result<Flash> {
    let folder = &done.folder.name;
    let new: Vec<Subject> = done
        .new
        .iter()
        .map(|share| share.subject)
        .filter(|subject| !matches!(subject, Subject::Invitation(_)))
        .collect();
    let names = Names::read(conn, &permit(actor)?, &new)?;
    let mut parts = Vec::new();
    let mut strong = match new.as_slice() {
        [] => String::new(),
        [one] => format!(
            "{} is {} of {folder} now.",
            names.of(*one).unwrap_or_default(),
            role.article()
        ),
        many => format!("{} more have access to {folder} now.", many.len()),
    };
    let invited = match done.invited.as_slice() {
        [] => String::new(),
        [one] => format!(
            "{one} is invited, and becomes {} of {folder} with that.",
            role.article()
        ),
        many => format!(
            "{} people are invited, and get access to {folder} with that.",
            many.len()
        ),
    };
    match strong.is_empty() {
        true => strong = invited,
        false if !invited.is_empty() => parts.push(invited),
        false => {}
    }
    match done.had.len() {
        0 => {}
        1 => parts.push("1 skipped: has access already.".to_owned()),
        n => parts.push(format!("{n} skipped: have access already.")),
    }
    if !done.told_all {
        parts.push("Only the first 100 people are written to.".to_owned());
    }
    let text = parts.join(" ");
    Ok(match strong.is_empty() {
        true => Flash::not_done("Nobody was added.", text),
        false => Flash::done(strong, text),
    })
}
