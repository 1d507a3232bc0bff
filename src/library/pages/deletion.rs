//! *Delete*: asked first, with what goes and who loses access; it can be taken back for 30 days.

use actix_web::web::Data;

use super::{OfFolder, back, folder, folder_path, inside::Inside, library_path, people::Access};
use crate::{
    actor::Actor,
    db::Db,
    ids::FolderId,
    library::{actions, find::find, views::DeletePage},
    policy::{SeeFolder, TrashFolder},
    web::{Flash, Form, Now, Page, PageResult, Path, Query, back::Back, see_other_with, ui::Shell},
};

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Query(query): Query<Back>,
) -> PageResult {
    let viewer = actor.clone();
    let (read, inside, losing) = db
        .run(move |conn| {
            let found = find::<TrashFolder>(conn, &viewer, of.folder, now)?;
            let (permit, paths) = (&found.permit, [found.folder.path.clone()]);
            let losing = Access::lost(conn, permit.library(), &paths, now)?;
            let inside = Inside::of(conn, permit)?;
            let read = folder::Read::first(conn, &viewer, of.folder, now)?;
            Ok((read, inside, losing))
        })
        .await?;
    let path = folder_path(&shell, of.folder);
    Page(DeletePage {
        folder: read.view(&actor, &shell, now),
        action: format!("{path}/deletion"),
        cancel: back(&shell, &query.next, path.clone()),
        inside: inside.text(),
        losses: losing.losses(),
        shell: shell
            .titled(format!("Delete {}?", read.folder.name), "library")
            .at(path),
    })
    .ok()
}

pub async fn delete(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<Back>,
) -> PageResult {
    let (folder, above) = db
        .run(move |conn| {
            let folder = actions::trash(conn, &actor, of.folder, now)?;
            let above = folder.parent_id;
            let is_seen = |id: &FolderId| find::<SeeFolder>(conn, &actor, *id, now).is_ok();
            let above = above.filter(is_seen);
            Ok((folder, above))
        })
        .await?;
    let page = folder_path(&shell, of.folder);
    let otherwise = above.map_or_else(|| library_path(&shell), |id| folder_path(&shell, id));
    let to = match back(&shell, &form.next, otherwise.clone()) {
        // It is not there any more.
        to if to.starts_with(&page) => otherwise,
        to => to,
    };
    let flash = Flash::done(
        format!("{} is in the trash.", folder.name),
        "It can be restored for 30 days.",
    );
    see_other_with(&to, flash.undo(format!("{page}/restoration")))
}
