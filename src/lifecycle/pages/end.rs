//! *Delete workspace*, and *Restore* while it lies in the trash.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use crate::{
    actor::{Actor, Confirmed},
    db::Db,
    error::{Error, FieldError, Result},
    keys::{self, AtStake},
    lifecycle::views::DeletePage,
    people,
    policy::{DeleteWorkspace, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other_with, time,
        ui::{ErrorSummary, Shell},
    },
    workspaces::{self, RESTORABLE, Workspace},
};

/// What ends with the workspace.
struct Stakes {
    name: String,
    keys: AtStake,
    members: i64,
}

fn stakes(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Stakes> {
    let delete = permit::<DeleteWorkspace>(actor)?;
    Ok(Stakes {
        name: workspaces::find(conn, &delete)?.name,
        members: people::count_members(conn, &delete)?,
        keys: keys::at_stake(conn, &permit(actor)?, now)?,
    })
}

pub async fn ask_delete(actor: Actor, shell: Shell, db: Data<Db>, Now(now): Now) -> PageResult {
    let stakes = db.run(move |conn| stakes(conn, &actor, now)).await?;
    Page(page(shell, stakes, "", &[], now)).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteForm {
    #[serde(default)]
    confirm: String,
}

pub async fn delete(
    actor: Actor,
    confirmed: Option<Confirmed>,
    (shell, db): (Shell, Data<Db>),
    Now(now): Now,
    Path(slug): Path<String>,
    Form(form): Form<DeleteForm>,
) -> PageResult {
    let typed = form.confirm.clone();
    let done = db
        .run(move |conn| trash(conn, &actor, &typed, confirmed, now))
        .await?;
    match done {
        Ok(gone) => {
            let text = "Its keys refuse every call. You can restore it for 7 days.";
            let flash = Flash::done(format!("{} is deleted.", gone.name), text)
                .undo(format!("/w/{slug}/restoration"));
            see_other_with("/workspaces", flash)
        }
        Err((stakes, mistakes)) => {
            Page(page(shell, stakes, &form.confirm, &mistakes, now)).unprocessable()
        }
    }
}

/// The workspace that is in the trash now; or why not, with what the form is shown with once more.
fn trash(
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &str,
    confirmed: Option<Confirmed>,
    now: DateTime<Utc>,
) -> Result<Result<Workspace, (Stakes, Vec<FieldError>)>> {
    match workspaces::trash(conn, actor, typed, confirmed, now) {
        Err(Error::Invalid(mistakes)) => Ok(Err((stakes(conn, actor, now)?, mistakes))),
        other => other.map(Ok),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {
    #[serde(default, rename = "next")]
    _next: String,
}

pub async fn restore(
    actor: Actor,
    db: Data<Db>,
    Now(now): Now,
    Form(_): Form<Nothing>,
) -> PageResult {
    let back = db
        .run(move |conn| workspaces::restore(conn, &actor, now))
        .await?;
    let flash = Flash::done(
        format!("{} is restored.", back.name),
        "Its keys answer again as before.",
    );
    see_other_with(&format!("/w/{}/settings/general", back.slug), flash)
}

fn page(
    shell: Shell,
    stakes: Stakes,
    typed: &str,
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> DeletePage {
    let general = shell.workspace.as_ref().map(|w| w.general.clone());
    let usage = stakes.keys.usage;
    let last = usage.last_use.map(|last| {
        let when = shell.zone.relative(last.at, now).text;
        format!("{when}, from {}", last.ip)
    });
    DeletePage {
        action: shell.path.clone(),
        cancel: general.unwrap_or_default(),
        name: stakes.name,
        keys: time::counted(stakes.keys.active, "active key"),
        last_used: last.unwrap_or_else(|| "Never".to_owned()),
        requests: format!(
            "{} in 24 hours, {} in 7 days",
            time::grouped(usage.day),
            time::grouped(usage.week)
        ),
        members: time::counted(stakes.members, "member"),
        until: shell.zone.day(now + RESTORABLE),
        summary: ErrorSummary::of(mistakes),
        value: typed.to_owned(),
        error: FieldError::of(mistakes, "confirm"),
        shell: shell.titled("Delete workspace", "general"),
    }
}
