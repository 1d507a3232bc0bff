//! The workspaces one belongs to, and making another.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    actor::{Person, Role},
    db::Db,
    error::{Error, FieldError},
    lifecycle::views::{NewPage, Row, Trashed, WorkspacesPage},
    people::{self, MemberView},
    policy::Unscoped,
    web::{
        Flash, Form, Now, Page, PageResult,
        limit::Limits,
        see_other_with,
        text::initial,
        time::{self, Zone},
        ui::{ErrorSummary, Shell, Status, TextField},
    },
    workspaces::{self, NewWorkspace, RESTORABLE},
};

const OWN: Unscoped = Unscoped::because("somebody looks at the workspaces that they belong to");

pub async fn index(person: Person, shell: Shell, db: Data<Db>, Now(now): Now) -> PageResult {
    let memberships = db
        .run(move |conn| people::memberships(conn, OWN, person.id))
        .await?;
    let living = memberships.iter().filter(|m| m.deleted_at.is_none());
    Page(WorkspacesPage {
        workspaces: living.map(row).collect(),
        trash: memberships
            .iter()
            .filter_map(|m| trashed(m, shell.own_zone, now))
            .collect(),
        shell: shell.titled("Your workspaces", ""),
    })
    .ok()
}

fn row(member: &MemberView) -> Row {
    Row {
        name: member.workspace_name.clone(),
        initial: initial(&member.workspace_name),
        href: format!("/w/{}", member.slug),
        role: member.role.title().to_owned(),
        slug: member.slug.clone(),
        closed: member.is_suspended.then_some(Status::SUSPENDED),
        leaving: format!("/w/{}/leaving", member.slug),
    }
}

/// Nobody but its owners learns of it.
fn trashed(member: &MemberView, own: Option<Zone>, now: DateTime<Utc>) -> Option<Trashed> {
    let until = member.deleted_at? + RESTORABLE;
    (member.role == Role::Owner && until > now).then(|| Trashed {
        name: member.workspace_name.clone(),
        initial: initial(&member.workspace_name),
        until: own.unwrap_or(member.zone).date(until).exact,
        restore: format!("/w/{}/restoration", member.slug),
    })
}

pub async fn new(_: Person, shell: Shell) -> PageResult {
    Page(page(shell, "", &[])).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewForm {
    workspace: String,
}

pub async fn create(
    person: Person,
    shell: Shell,
    (db, limits): (Data<Db>, Data<Limits>),
    Now(now): Now,
    Form(form): Form<NewForm>,
) -> PageResult {
    let refused = |shell, why: String| {
        let mistakes = [FieldError::new("workspace", why)];
        Page(page(shell, &form.workspace, &mistakes))
    };
    let new = match NewWorkspace::parse(&form.workspace) {
        Ok(new) => new,
        Err(why) => return refused(shell, why).unprocessable(),
    };
    if let Err(Error::Limited { retry_after }) = limits.new_workspaces.take(&person.id) {
        let wait = time::duration(retry_after);
        let why = format!("You made many workspaces. Make the next one in {wait}");
        return refused(shell, why).limited(retry_after);
    }
    let made = db
        .run(move |conn| workspaces::create_another(conn, &person, &new, now))
        .await;
    match made {
        Ok(made) => see_other_with(
            &format!("/w/{}/settings/api-keys", made.slug),
            Flash::done(format!("{} is ready.", made.name), "You are its owner."),
        ),
        Err(Error::Invalid(mistakes)) => {
            Page(page(shell, &form.workspace, &mistakes)).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn page(shell: Shell, typed: &str, mistakes: &[FieldError]) -> NewPage {
    NewPage {
        shell: shell.titled("Create workspace", "").at("/workspaces/new"),
        summary: ErrorSummary::of(mistakes),
        name: TextField::text("workspace", "Name", typed)
            .autocomplete("organization")
            .max_length(80)
            .hint("A company, a team or a project. You can change it later.")
            .error(FieldError::of(mistakes, "workspace")),
    }
}
