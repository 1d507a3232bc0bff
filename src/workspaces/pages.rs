//! The screens of a workspace's own settings.

mod form;
mod question;
mod saved;
mod view;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use self::{
    form::{Choice, SettingsForm},
    question::Effects,
    saved::Saved,
    view::Read,
};
use super::{
    actions,
    model::{Settings, TheKeys},
    views::{GeneralPage, QuestionPage},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    policy::{ChangeWorkspace, ListKeys, permit},
    web::{
        Form, Now, Page, PageResult, Path, Site, see_other, see_other_with, time::Zone, ui::Shell,
    },
};

/// A workspace opens with its library, for everybody.
pub async fn enter(_: Actor, Path(slug): Path<String>) -> PageResult {
    see_other(&format!("/w/{slug}/library"))
}

/// The settings open with the keys; for whoever may not see them, with their own account.
pub async fn enter_settings(actor: Actor, Path(slug): Path<String>) -> PageResult {
    match permit::<ListKeys>(&actor) {
        Ok(_) => see_other(&format!("/w/{slug}/settings/api-keys")),
        Err(_) => see_other("/account"),
    }
}

type Tools = (Data<Db>, Data<Site>, Data<TheKeys>);

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
    let form = form.with_ticks();
    if form.is_cancelled() {
        return page(actor, shell, &tools, &form, &[], now).await?.ok();
    }
    let answer = match form.wanted()? {
        Ok(wanted) => {
            let (changer, keys, choice) = (actor.clone(), **tools.2, form.choice());
            let at = (shell.zone, now);
            let work = move |conn: &mut _| answer(conn, &changer, wanted, (keys, choice), at);
            tools.0.run(work).await
        }
        Err(mistakes) => Err(Error::Invalid(mistakes)),
    };
    match answer {
        Ok(Answer::Saved(saved)) => {
            let general = format!("/w/{}/settings/general", saved.after.slug);
            see_other_with(&general, saved.flash(shell.zone))
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
    Saved(Box<Saved>),
    Asks(Box<Effects>),
}

/// What is better looked at first is not done before it was.
fn answer(
    conn: &mut PgConnection,
    actor: &Actor,
    (from, to): (Settings, Settings),
    (keys, choice): (TheKeys, Choice),
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Answer> {
    let actor = &actions::hold_caller(conn, (actor, keys), now)?;
    if choice == Choice::Ask {
        let (is, change) = actions::preview(conn, actor, (&from, &to))?;
        if let Some(effects) = Effects::of(conn, actor, is, change, keys, now)? {
            return Ok(Answer::Asks(Box::new(effects)));
        }
    }
    let (before, after) = actions::change(conn, actor, (&from, &to), now)?;
    let at = (after.key_lifetimes(), zone, now);
    let shortened = match choice {
        Choice::SaveAndShorten => (keys.shorten)(conn, actor, at)?,
        Choice::Ask | Choice::Save => 0,
    };
    Ok(Answer::Saved(Box::new(Saved {
        before,
        end: at.0.last_end(zone, now),
        after,
        shortened,
    })))
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
