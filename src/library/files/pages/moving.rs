//! *Move*: to another folder that whoever moves it edits.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::OfFile;
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::{FileId, FolderId},
    library::{
        FolderBehind,
        files::{File, FilePatch, find, patch, views::MoveFilePage},
        pages::{MoveForm, MoveQuery, Moving, Places, back, file_path, folder_path, place_of},
    },
    policy::AddToFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::{Back, Next},
        see_other_with,
        ui::{ErrorSummary, Shell},
    },
};

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Query(query): Query<MoveQuery>,
) -> PageResult {
    let at = query.at.as_deref().map(place_of).transpose()?;
    page(
        actor,
        shell,
        &db,
        (of.file, at, query.q, &query.next),
        &[],
        now,
    )
    .await?
    .ok()
}

/// `at`: where somebody looks; at first where it is.
async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, at, q, next): (FileId, Option<Option<FolderId>>, String, &Next),
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<MoveFilePage>> {
    let viewer = actor.clone();
    let (file, read, places) = db
        .run(move |conn| {
            let file = find::<AddToFolder>(conn, &viewer, id, now)?.file;
            let at = at.unwrap_or(Some(file.folder_id));
            let places = Places::of(conn, &viewer, Moving::File(&file), (at, q), now)?;
            let read = FolderBehind::first(conn, &viewer, file.folder_id, now)?;
            Ok((file, read, places))
        })
        .await?;
    let path = folder_path(&shell, file.folder_id);
    let cancel = back(&shell, next, path.clone());
    Ok(Page(MoveFilePage {
        folder: read.view(&actor, &shell, now),
        places: places.view(&format!("{}/move", file_path(&shell, id)), &cancel),
        cancel,
        summary: ErrorSummary::of(mistakes),
        shell: shell
            .titled(format!("Move {}", file.name), "library")
            .at(path),
        file: file.name,
    }))
}

pub async fn move_to(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Form(form): Form<MoveForm>,
) -> PageResult {
    let to = place_of(&form.to)?;
    match done(&actor, &db, (of.file, to), now).await {
        Ok(moved) => moved.answer(&shell, &form.next),
        Err(Error::Invalid(mistakes)) => {
            // All that can be wrong is what is called so in that place.
            let here = |mistake: FieldError| FieldError::new("place", mistake.message);
            let mistakes: Vec<FieldError> = mistakes.into_iter().map(here).collect();
            let asked = (of.file, Some(to), String::new(), &form.next);
            page(actor, shell, &db, asked, &mistakes, now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

/// The variable parts of the address of a move.
#[derive(Deserialize)]
pub struct OfMove {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    file: FileId,
    place: String,
}

/// What *Undo* asks for.
pub async fn move_back(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfMove>,
    Form(form): Form<Back>,
) -> PageResult {
    let moved = done(&actor, &db, (of.file, place_of(&of.place)?), now).await?;
    moved.answer(&shell, &form.next)
}

struct Moved {
    file: File,
    from: FolderId,
    /// What it is in now.
    place: String,
}

impl Moved {
    fn answer(&self, shell: &Shell, next: &Next) -> PageResult {
        let text = format!("{} is in {} now.", self.file.name, self.place);
        let flash = match self.from == self.file.folder_id {
            true => Flash::done(text, ""),
            false => {
                let page = file_path(shell, self.file.id);
                Flash::done(text, "").undo(format!("{page}/move/{}", self.from))
            }
        };
        see_other_with(&back(shell, next, folder_path(shell, self.from)), flash)
    }
}

async fn done(
    actor: &Actor,
    db: &Db,
    (id, to): (FileId, Option<FolderId>),
    now: DateTime<Utc>,
) -> Result<Moved> {
    let actor = actor.clone();
    // A file is in some folder.
    let to = to.ok_or(Error::NotFound)?;
    db.run(move |conn| {
        let from = find::<AddToFolder>(conn, &actor, id, now)?.folder.folder.id;
        let moved = FilePatch {
            folder_id: Some(to),
            ..FilePatch::default()
        };
        let file = patch(conn, &actor, id, &moved, now)?;
        let place = find::<AddToFolder>(conn, &actor, id, now)?.folder;
        Ok(Moved {
            file,
            from,
            place: place.folder.name,
        })
    })
    .await
}
