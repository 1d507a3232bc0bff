//! *Delete*: asked first; it can be taken back for 30 days.

use actix_web::web::Data;

use super::OfFile;
use crate::{
    actor::Actor,
    db::Db,
    library::{
        FolderBehind,
        files::{find, kind, trash, views::DeleteFilePage},
        pages::{back, file_path, folder_path},
    },
    policy::AddToFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, back::Back, see_other_with, size,
        ui::Shell,
    },
};

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Query(query): Query<Back>,
) -> PageResult {
    let viewer = actor.clone();
    let (file, read) = db
        .run(move |conn| {
            let file = find::<AddToFolder>(conn, &viewer, of.file, now)?.file;
            let read = FolderBehind::first(conn, &viewer, file.folder_id, now)?;
            Ok((file, read))
        })
        .await?;
    let path = folder_path(&shell, file.folder_id);
    Page(DeleteFilePage {
        folder: read.view(&actor, &shell, now),
        what: format!("{}, {}", kind(&file.media_type).text, size(file.size)),
        action: format!("{}/deletion", file_path(&shell, file.id)),
        cancel: back(&shell, &query.next, path.clone()),
        shell: shell
            .titled(format!("Delete {}?", file.name), "library")
            .at(path),
        file: file.name,
    })
    .ok()
}

pub async fn delete(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Form(form): Form<Back>,
) -> PageResult {
    let file = db
        .run(move |conn| trash(conn, &actor, of.file, now))
        .await?;
    let folder = folder_path(&shell, file.folder_id);
    let page = file_path(&shell, file.id);
    let to = match back(&shell, &form.next, folder.clone()) {
        // It is not there any more.
        to if to.starts_with(&page) => folder,
        to => to,
    };
    let flash = Flash::done(
        format!("{} is in the trash.", file.name),
        "It can be restored for 30 days.",
    );
    see_other_with(&to, flash.undo(format!("{page}/restoration")))
}
