//! *Delete group*: asked first, with who loses what.

use actix_web::web::Data;

use super::{
    OfGroup, list_path,
    show::{self, Asked},
};
use crate::{
    actor::Actor,
    db::Db,
    people::{
        actions::{self, Loss},
        store,
        views::{GroupDeletePage, Loser},
    },
    policy::{ListMembers, ManageGroups, permit},
    reached_folders::ReachedFolders,
    web::{
        Flash, Form, Now, Page, PageResult, Path,
        back::Back,
        see_other_with, time,
        ui::{Shell, first_folders},
    },
};

/// People whom the question names before it only counts them.
const NAMED: usize = 10;

pub async fn ask(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfGroup>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    let viewer = actor.clone();
    let (loss, reach) = db
        .run(move |conn| {
            let permit = permit::<ListMembers>(&viewer)?;
            let group = store::find_group(conn, &permit, of.group)?;
            let shared = (of.group, FOLDERS);
            let reach = show::reach(conn, &viewer, &**folders, shared, now)?;
            Ok((actions::preview_deletion(conn, &permit, group)?, reach))
        })
        .await?;
    let read = show::read(&db, &actor, of.group, Asked::default()).await?;
    let page = format!("{}/{}", list_path(&shell), of.group);
    let name = loss.group.name.clone();
    let losers = losers(&loss);
    Page(GroupDeletePage {
        group: read.view(&actor, &shell, None, now),
        action: format!("{page}/deletion"),
        cancel: page.clone(),
        members: time::counted(
            i64::try_from(loss.people.len()).unwrap_or(i64::MAX),
            "member",
        ),
        more: match losers.len().saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(
                "and {} more",
                time::grouped(i64::try_from(n).unwrap_or(i64::MAX))
            ),
        },
        folders: first_folders(&reach),
        losers: losers.into_iter().take(NAMED).collect(),
        shell: shell.titled(format!("Delete {name}?"), "groups").at(page),
        name,
    })
    .ok()
}

/// Folders that the question names.
const FOLDERS: i64 = 5;

/// Those who will have less than before.
fn losers(loss: &Loss) -> Vec<Loser> {
    loss.people
        .iter()
        .filter(|(_, lost)| !lost.is_empty())
        .map(|(named, lost)| Loser {
            name: named.name.clone(),
            lost: lost
                .iter()
                .map(|p| p.describe().name)
                .collect::<Vec<_>>()
                .join(", "),
        })
        .collect()
}

pub async fn delete(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfGroup>,
    Form(_): Form<Back>,
) -> PageResult {
    let group = db
        .run(move |conn| actions::delete_group(conn, &actor, of.group, &**folders, now))
        .await?;
    let flash = Flash::done(
        format!("{} is deleted.", group.name),
        "Its members are members of the workspace as before.",
    );
    see_other_with(&list_path(&shell), flash)
}
