//! *Leave workspace*: asked first, by everybody of themselves.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use crate::{
    actor::{Actor, Person},
    db::Db,
    error::{Error, Result},
    made_keys::{Left, MadeKeys},
    people::{
        actions, store,
        views::{LeavePage, WaysOut},
    },
    policy::{LeaveWorkspace, permit},
    sent_invitations::SentInvitations,
    web::{Flash, Form, Now, Page, PageResult, Path, see_other_with, time, ui::Shell},
};

type Tools = (Data<Db>, Data<dyn MadeKeys>, Data<dyn SentInvitations>);

/// What they leave behind.
struct Leaving {
    is_last_owner: bool,
    groups: Vec<String>,
    keys: Left,
    invitations: i64,
}

impl Leaving {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        (keys, invitations): (&dyn MadeKeys, &dyn SentInvitations),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let permit = permit::<LeaveWorkspace>(actor)?;
        let id = actor.member_id().ok_or(Error::NotFound)?;
        let groups = store::groups_of(conn, &permit, id)?.into_iter();
        Ok(Self {
            is_last_owner: actions::is_last_owner(conn, &permit)?,
            groups: groups.map(|(group, _)| group.name).collect(),
            keys: keys.count_own(conn, actor, now)?,
            invitations: invitations.count_own(conn, actor, now)?,
        })
    }
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    (db, keys, invitations): Tools,
    Now(now): Now,
    Path(slug): Path<String>,
) -> PageResult {
    let leaving = db
        .run(move |conn| {
            let left = (keys.get_ref(), invitations.get_ref());
            Leaving::of(conn, &actor, left, now)
        })
        .await?;
    let name = name(&shell);
    let counted = |n, noun| match n {
        0 => String::new(),
        n => time::counted(n, noun),
    };
    Page(LeavePage {
        action: format!("/w/{slug}/leaving"),
        keys: counted(leaving.keys.made, "key"),
        personal: counted(leaving.keys.personal, "personal key"),
        invitations: counted(leaving.invitations, "open invitation"),
        groups: leaving.groups.join(", "),
        ways_out: leaving.is_last_owner.then(|| WaysOut {
            members: format!("/w/{slug}/settings/members"),
            deletion: format!("/w/{slug}/settings/deletion"),
        }),
        shell: shell.titled(format!("Leave {name}?"), ""),
        workspace: name,
    })
    .ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub async fn leave(
    actor: Actor,
    person: Person,
    shell: Shell,
    (db, _, invitations): Tools,
    Now(now): Now,
    Form(Nothing {}): Form<Nothing>,
) -> PageResult {
    let name = name(&shell);
    let left = Flash::done(
        format!("You left {name}."),
        "To come back, ask one of its admins to invite you.",
    );
    db.run(move |conn| {
        let of = (&person, name.as_str());
        actions::leave(conn, &actor, of, invitations.get_ref(), now)
    })
    .await?;
    see_other_with("/workspaces", left)
}

fn name(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.name.clone()).unwrap_or_default()
}
