//! *Leave workspace*: asked first, by everybody of themselves.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use crate::{
    actor::{Actor, Person},
    db::Db,
    error::{Error, FieldError, Result},
    ids::MemberId,
    made_keys::{Left, MadeKeys},
    owned_folders::{OwnedFolder, OwnedFolders},
    people::{
        actions, store,
        views::{HeirOption, LeavePage, WaysOut},
    },
    policy::{LeaveWorkspace, permit},
    sent_invitations::SentInvitations,
    web::{
        Flash, Form, Now, Page, PageResult, see_other_with, time,
        ui::{ErrorSummary, Shell},
    },
};

type Tools = (
    Data<Db>,
    Data<dyn MadeKeys>,
    Data<dyn SentInvitations>,
    Data<dyn OwnedFolders>,
);

/// Folders that are named before they are only counted.
const NAMED: i64 = 10;

/// What they leave behind.
struct Leaving {
    is_last_owner: bool,
    groups: Vec<String>,
    keys: Left,
    invitations: i64,
    folders: (Vec<OwnedFolder>, i64),
    heirs: Vec<(MemberId, String)>,
}

impl Leaving {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        (_, keys, invitations, folders): &Tools,
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
            folders: folders.owned(conn, actor, id, NAMED, now)?,
            heirs: actions::heirs(conn, &permit)?,
        })
    }
}

pub async fn ask(actor: Actor, shell: Shell, tools: Tools, Now(now): Now) -> PageResult {
    let leaving = read(&tools, actor, now).await?;
    Page(page(&leaving, shell, &LeaveForm::default(), None)).ok()
}

async fn read(tools: &Tools, actor: Actor, now: DateTime<Utc>) -> Result<Leaving> {
    let (db, tools) = (tools.0.clone(), tools.clone());
    db.run(move |conn| Leaving::of(conn, &actor, &tools, now))
        .await
}

fn page(leaving: &Leaving, shell: Shell, form: &LeaveForm, mistake: Option<String>) -> LeavePage {
    let name = name(&shell);
    let slug = shell.workspace.as_ref().map_or("", |w| w.slug.as_str());
    let counted = |n, noun| match n {
        0 => String::new(),
        n => time::counted(n, noun),
    };
    let (folders, total) = &leaving.folders;
    let named: Vec<&str> = folders.iter().map(|f| f.name.as_str()).collect();
    LeavePage {
        action: format!("/w/{slug}/leaving"),
        keys: counted(leaving.keys.made, "key"),
        personal: counted(leaving.keys.personal, "personal key"),
        invitations: counted(leaving.invitations, "open invitation"),
        folders: counted(*total, "folder"),
        named: match *total > NAMED {
            true => format!(
                "{} and {} more",
                named.join(", "),
                time::grouped(total - NAMED)
            ),
            false => named.join(", "),
        },
        heirs: leaving
            .heirs
            .iter()
            .map(|(id, name)| HeirOption {
                value: id.to_string(),
                text: name.clone(),
                selected: id.to_string() == form.heir,
            })
            .collect(),
        summary: ErrorSummary::of_one("heir", mistake.as_ref()),
        error: mistake,
        groups: leaving.groups.join(", "),
        ways_out: leaving.is_last_owner.then(|| WaysOut {
            members: format!("/w/{slug}/settings/members"),
            deletion: format!("/w/{slug}/settings/deletion"),
        }),
        shell: shell.titled(format!("Leave {name}?"), ""),
        workspace: name,
    }
}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields)]
pub struct LeaveForm {
    /// Who gets their folders; empty: the first owner.
    #[serde(default)]
    heir: String,
}

impl LeaveForm {
    fn heir(&self) -> Result<Option<MemberId>> {
        match self.heir.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Error::NotFound),
        }
    }
}

pub async fn leave(
    actor: Actor,
    person: Person,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Form(form): Form<LeaveForm>,
) -> PageResult {
    let name = name(&shell);
    let left = Flash::done(
        format!("You left {name}."),
        "To come back, ask one of its admins to invite you.",
    );
    let (db, _, invitations, folders) = tools.clone();
    let (leaves, heir) = (actor.clone(), form.heir()?);
    let done = db
        .run(move |conn| {
            let (of, owned) = ((&person, name.as_str()), (folders.get_ref(), heir));
            actions::leave(conn, &leaves, of, invitations.get_ref(), owned, now)
        })
        .await;
    match done {
        Ok(()) => see_other_with("/workspaces", left),
        Err(Error::Invalid(mistakes)) => {
            let leaving = read(&tools, actor, now).await?;
            let why = FieldError::of(&mistakes, "folders");
            Page(page(&leaving, shell, &form, why)).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn name(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.name.clone()).unwrap_or_default()
}
