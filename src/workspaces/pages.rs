//! The screens of a workspace's own settings.

mod form;
mod question;
mod view;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use self::{form::SettingsForm, question::Effects, view::Read};
use super::{
    actions,
    model::{KeysBeyond, Settings, Workspace},
    views::{GeneralPage, QuestionPage},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    policy::{ChangeWorkspace, ListKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Site, see_other, see_other_with, time::counted,
        ui::Shell,
    },
};

/// Until there is a page outside of Settings, a workspace opens with its keys; for whoever may not see them, with their
/// own account.
pub async fn enter(actor: Actor, Path(slug): Path<String>) -> PageResult {
    match permit::<ListKeys>(&actor) {
        Ok(_) => see_other(&format!("/w/{slug}/settings/api-keys")),
        Err(_) => see_other("/account"),
    }
}

type Tools = (Data<Db>, Data<Site>, Data<KeysBeyond>);

pub async fn general(actor: Actor, shell: Shell, tools: Tools, Now(now): Now) -> PageResult {
    page(actor, shell, &tools, &SettingsForm::default(), &[], now)
        .await?
        .ok()
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Form(form): Form<SettingsForm>,
) -> PageResult {
    permit::<ChangeWorkspace>(&actor)?;
    if form.is_cancelled() {
        return page(actor, shell, &tools, &form, &[], now).await?.ok();
    }
    let answer = match form.wanted()? {
        Ok(wanted) => {
            let (changer, keys) = (actor.clone(), (!form.is_confirmed()).then_some(**tools.2));
            let work = move |conn: &mut _| answer(conn, &changer, wanted, keys, now);
            tools.0.run(work).await
        }
        Err(mistakes) => Err(Error::Invalid(mistakes)),
    };
    match answer {
        Ok(Answer::Saved(before, after)) => {
            let general = format!("/w/{}/settings/general", after.slug);
            see_other_with(&general, saved(&before, &after))
        }
        Ok(Answer::Asks(effects)) => {
            let question = effects.question(&form, &shell, &tools.1, now);
            let behind = page(actor, shell, &tools, &form, &[], now).await?;
            Page(QuestionPage::over(behind.0, question)).ok()
        }
        Err(Error::Invalid(mistakes)) => page(actor, shell, &tools, &form, &mistakes, now)
            .await?
            .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

enum Answer {
    /// Before and after.
    Saved(Workspace, Workspace),
    Asks(Effects),
}

/// With `keys` at hand, what is better looked at first is not done yet.
fn answer(
    conn: &mut PgConnection,
    actor: &Actor,
    (from, to): (Settings, Settings),
    keys: Option<KeysBeyond>,
    now: DateTime<Utc>,
) -> Result<Answer> {
    if let Some(keys) = keys {
        let (is, change) = actions::preview(conn, actor, (&from, &to))?;
        if let Some(effects) = Effects::of(conn, actor, is, change, keys, now)? {
            return Ok(Answer::Asks(effects));
        }
    }
    let (before, after) = actions::change(conn, actor, (&from, &to), now)?;
    Ok(Answer::Saved(before, after))
}

async fn page(
    actor: Actor,
    shell: Shell,
    (db, site, keys): &Tools,
    form: &SettingsForm,
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<GeneralPage>> {
    let keys = ***keys;
    let read = db
        .run(move |conn| Read::of(conn, &actor, keys, now))
        .await?;
    Ok(Page(read.page(shell, site, form, mistakes, now)))
}

/// What is otherwise than before, setting by setting.
fn saved(before: &Workspace, after: &Workspace) -> Flash {
    let (was, is) = (before.key_lifetimes(), after.key_lifetimes());
    let mut said = Vec::new();
    if after.name != before.name {
        said.push(format!("The workspace is called {}.", after.name));
    }
    if after.slug != before.slug {
        said.push(format!("Its address is /w/{}.", after.slug));
    }
    if after.time_zone != before.time_zone {
        said.push(format!(
            "Times are those of {}, except for those who chose a zone in their account.",
            after.time_zone
        ));
    }
    if is.default_days() != was.default_days() {
        said.push(match is.default_days() {
            Some(days) => format!(
                "New keys end after {} unless something else is chosen.",
                counted(days.into(), "day")
            ),
            None => "New keys have no expiry unless one is chosen.".to_owned(),
        });
    }
    if is.max_days() != was.max_days() {
        said.push(match is.max_days() {
            Some(days) => format!(
                "No new date is more than {} away.",
                counted(days.into(), "day")
            ),
            None => "There is no maximum lifetime.".to_owned(),
        });
    }
    if said.is_empty() {
        said.push("Nothing is otherwise than it was.".to_owned());
    }
    Flash::done("Saved.", said.join(" "))
}
