//! What was deleted: restored, or destroyed before its time.

mod list;

use actix_web::web::Data;
use serde::Deserialize;

use self::list::Asked;
pub use self::list::Read;
use super::{OfFolder, folder_path, inside::Inside, trash_path};
use crate::{
    actor::Actor,
    db::Db,
    error::Error,
    library::{
        actions,
        find::find,
        views::{DestroyPage, TrashPage},
    },
    policy::RestoreFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, back::Back, see_other, see_other_with,
        ui::Shell,
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct TrashQuery {
    q: String,
    before: Option<String>,
    after: Option<String>,
}

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<TrashQuery>,
) -> PageResult {
    let (before, after) = (query.before.as_deref(), query.after.as_deref());
    let asked = Asked::parse(query.q, before, after).ok_or(Error::NotFound)?;
    let read = db
        .run(move |conn| Read::of(conn, &actor, asked, now))
        .await?;
    if read.is_past_its_end() {
        return see_other(&read.address(&trash_path(&shell)));
    }
    let trash = read.view(&shell, now);
    Page(TrashPage {
        shell: shell.titled("Trash", "trash"),
        trash,
    })
    .ok()
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
) -> PageResult {
    let (found, inside, read) = db
        .run(move |conn| {
            let found = find::<RestoreFolder>(conn, &actor, of.folder, now)?;
            let inside = Inside::gone_with(conn, found.permit.library(), &[of.folder])?;
            let inside = inside.get(&of.folder).copied().unwrap_or_default();
            Ok((found, inside, Read::first(conn, &actor, now)?))
        })
        .await?;
    let name = found.folder.name;
    let trash = read.view(&shell, now);
    Page(DestroyPage {
        inside: match inside.text() {
            inside if inside.is_empty() => inside,
            inside => format!(" ({inside})"),
        },
        action: format!("{}/destruction", folder_path(&shell, of.folder)),
        cancel: trash.action.clone(),
        shell: shell
            .titled(format!("Delete {name} now?"), "trash")
            .at(trash.action.clone()),
        folder: name,
        trash,
    })
    .ok()
}

pub async fn destroy(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(_): Form<Back>,
) -> PageResult {
    let folder = db
        .run(move |conn| actions::destroy(conn, &actor, of.folder, now))
        .await?;
    let flash = Flash::done(format!("{} is deleted for good.", folder.name), "");
    see_other_with(&trash_path(&shell), flash)
}
