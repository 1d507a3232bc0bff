//! *Delete now*: before its time, and for good.

use actix_web::web::Data;

use super::OfFile;
use crate::{
    actor::Actor,
    db::Db,
    library::{
        files::{self, find_in_trash, views::DestroyFilePage},
        pages::{TrashBehind, file_path, trash_path},
    },
    web::{Flash, Form, Now, Page, PageResult, Path, back::Back, see_other_with, ui::Shell},
};

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
) -> PageResult {
    let (file, read) = db
        .run(move |conn| {
            let file = find_in_trash(conn, &actor, of.file, now)?.file;
            Ok((file, TrashBehind::first(conn, &actor, now)?))
        })
        .await?;
    let trash = read.view(&shell, now);
    Page(DestroyFilePage {
        action: format!("{}/destruction", file_path(&shell, file.id)),
        cancel: trash.action.clone(),
        shell: shell
            .titled(format!("Delete {} now?", file.name), "trash")
            .at(trash.action.clone()),
        file: file.name,
        trash,
    })
    .ok()
}

pub async fn destroy(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Form(_): Form<Back>,
) -> PageResult {
    let file = db
        .run(move |conn| files::destroy(conn, &actor, of.file, now))
        .await?;
    let flash = Flash::done(format!("{} is deleted for good.", file.name), "");
    see_other_with(&trash_path(&shell), flash)
}
