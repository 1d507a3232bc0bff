//! *Ask an admin to add an API key*, *Withdraw*, and what takes an end back.

use actix_web::web::Data;
use serde::Deserialize;

use super::{
    OfFolder, OfRequest,
    dialog::{self, Tools, Typed},
    path,
};
use crate::{
    actor::{Actor, FolderRole},
    error::Error,
    policy,
    sharing::{actions, model::NewRequest},
    web::{
        Flash, Form, Now, PageResult, Path, back::Back, limit::Limits, see_other_with, ui::Shell,
    },
};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskForm {
    #[serde(default)]
    pub wanted: String,
    #[serde(default = "plain")]
    pub role: FolderRole,
    #[serde(default)]
    pub note: String,
}

fn plain() -> FolderRole {
    FolderRole::User
}

impl Default for AskForm {
    fn default() -> Self {
        Self {
            wanted: String::new(),
            role: plain(),
            note: String::new(),
        }
    }
}

pub async fn ask(
    (actor, shell): (Actor, Shell),
    (tools, limits): (Tools, Data<Limits>),
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<AskForm>,
) -> PageResult {
    let own = actor.member_id().ok_or(Error::NotFound)?;
    let (asker, (db, mail, _)) = (actor.clone(), tools.clone());
    let asked = match NewRequest::parse(&form.wanted, form.role, &form.note) {
        Err(mistakes) => Err(Error::Invalid(mistakes)),
        Ok(new) => {
            db.run(move |conn| {
                let request = actions::ask(conn, &asker, (of.folder, &new), &mail, now)?;
                // Counted last: a refusal uses nothing up.
                limits.share_requests.take(&own)?;
                Ok(request)
            })
            .await
        }
    };
    match asked {
        Ok(request) => {
            let flash = Flash::done(
                format!("The admins are asked to add {}.", request.wanted),
                "You hear from us when one of them has answered.",
            );
            see_other_with(&path(&shell, of.folder), flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let typed = Typed {
                mistakes,
                ask: form,
                ..Typed::nothing(String::new())
            };
            let again = dialog::page(&actor, shell, &tools, (of.folder, None), typed, now);
            again.await?.unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

pub async fn withdraw(
    (actor, shell): (Actor, Shell),
    (db, _, _): Tools,
    Now(now): Now,
    Path(of): Path<OfRequest>,
    Form(_): Form<Back>,
) -> PageResult {
    db.run(move |conn| actions::withdraw(conn, &actor, (of.folder, of.request), now))
        .await?;
    let here = path(&shell, of.folder);
    let flash = Flash::done(
        "What you asked for is withdrawn.",
        "Nobody is asked any more.",
    )
    .undo(format!("{here}/requests/{}/reopening", of.request));
    see_other_with(&here, flash)
}

pub async fn reopen(
    (actor, shell): (Actor, Shell),
    ((db, mail, _), limits): (Tools, Data<Limits>),
    Now(now): Now,
    Path(of): Path<OfRequest>,
    Form(_): Form<Back>,
) -> PageResult {
    db.run(move |conn| {
        actions::reopen(conn, &actor, (of.folder, of.request), &mail, now)?;
        // For those who answer it is asking again.
        match actor.member_id() {
            Some(own) if !policy::may_share_with_keys(&actor) => limits.share_requests.take(&own),
            _ => Ok(()),
        }
    })
    .await?;
    let flash = Flash::done("The request waits for an answer again.", "");
    see_other_with(&path(&shell, of.folder), flash)
}
