//! *Move*: first where to, then who gains and who loses access, then it is done.

mod effect;
mod places;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use self::effect::Effect;
pub use self::places::{Moving, Places};
use super::{OfFolder, back, folder, folder_path};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{
        actions,
        find::find,
        model::{Folder, FolderPatch},
        views::{MoveAskPage, MovePage},
    },
    policy::AddToFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::{Back, Next},
        see_other_with,
        ui::{ErrorSummary, Shell},
    },
};

/// As addresses call the top of the library.
const TOP: &str = "top";

/// A place in the library: a folder, or none for the top.
pub fn parse(place: &str) -> Result<Option<FolderId>> {
    match place {
        TOP => Ok(None),
        id => Ok(Some(id.parse().map_err(|_| Error::NotFound)?)),
    }
}

fn written(place: Option<FolderId>) -> String {
    place.map_or_else(|| TOP.to_owned(), |id| id.to_string())
}

/// Where somebody looks, or what they have chosen.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct MoveQuery {
    pub at: Option<String>,
    pub q: String,
    to: Option<String>,
    pub next: Next,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveForm {
    pub to: String,
    #[serde(default)]
    pub next: Next,
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Query(query): Query<MoveQuery>,
) -> PageResult {
    if let Some(to) = &query.to {
        let asked = (of.folder, parse(to)?, &query.next);
        return question(actor, shell, &db, asked, &[], now).await?.ok();
    }
    let at = query.at.as_deref().map(parse).transpose()?;
    let (viewer, q) = (actor.clone(), query.q);
    let (read, places) = db
        .run(move |conn| {
            let found = find::<AddToFolder>(conn, &viewer, of.folder, now)?;
            let at = at.unwrap_or(found.folder.parent_id);
            let places = Places::of(conn, &viewer, Moving::Folder(&found.folder), (at, q), now)?;
            Ok((folder::Read::first(conn, &viewer, of.folder, now)?, places))
        })
        .await?;
    let path = folder_path(&shell, of.folder);
    let cancel = back(&shell, &query.next, path.clone());
    Page(MovePage {
        folder: read.view(&actor, &shell, now),
        places: places.view(&format!("{path}/move"), &cancel),
        cancel,
        shell: shell
            .titled(format!("Move {}", read.folder.name), "library")
            .at(path),
    })
    .ok()
}

/// Who gains and who loses access, and whether it is to be done.
async fn question(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, to, next): (FolderId, Option<FolderId>, &Next),
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<MoveAskPage>> {
    let viewer = actor.clone();
    let (read, effect) = db
        .run(move |conn| {
            let found = find::<AddToFolder>(conn, &viewer, id, now)?;
            let effect = Effect::of(conn, &viewer, &found, to, now)?;
            Ok((folder::Read::first(conn, &viewer, id, now)?, effect))
        })
        .await?;
    let path = folder_path(&shell, id);
    let cancel = back(&shell, next, path.clone());
    let action = format!("{path}/move");
    let name = read.folder.name.clone();
    Ok(Page(MoveAskPage {
        folder: read.view(&actor, &shell, now),
        other: places::address(&action, &[("at", &written(to))], &cancel),
        to: written(to),
        place: effect.place.clone(),
        gains: effect.told(true),
        loses: effect.told(false),
        inside: effect.inside.text(),
        more: effect.more(),
        summary: ErrorSummary::of(mistakes),
        action,
        cancel,
        shell: shell
            .titled(format!("Move {name} to {}?", effect.place), "library")
            .at(path),
    }))
}

pub async fn move_to(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<MoveForm>,
) -> PageResult {
    let to = parse(&form.to)?;
    match done(&actor, &db, (of.folder, to), now).await {
        Ok(moved) => see_other_with(
            &back(&shell, &form.next, folder_path(&shell, of.folder)),
            moved.flash(&shell),
        ),
        Err(Error::Invalid(mistakes)) => {
            // All that can be wrong is the place.
            let here = |mistake: FieldError| FieldError::new("place", mistake.message);
            let mistakes: Vec<FieldError> = mistakes.into_iter().map(here).collect();
            let asked = (of.folder, to, &form.next);
            question(actor, shell, &db, asked, &mistakes, now)
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
    folder: FolderId,
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
    let moved = done(&actor, &db, (of.folder, parse(&of.place)?), now).await?;
    see_other_with(
        &back(&shell, &form.next, folder_path(&shell, of.folder)),
        moved.flash(&shell),
    )
}

struct Moved {
    folder: Folder,
    from: Option<FolderId>,
    place: String,
}

impl Moved {
    fn flash(&self, shell: &Shell) -> Flash {
        let flash = Flash::done(
            format!("{} is in {} now.", self.folder.name, self.place),
            "",
        );
        match self.from == self.folder.parent_id {
            true => flash,
            false => {
                let page = folder_path(shell, self.folder.id);
                flash.undo(format!("{page}/move/{}", written(self.from)))
            }
        }
    }
}

async fn done(
    actor: &Actor,
    db: &Db,
    (id, to): (FolderId, Option<FolderId>),
    now: DateTime<Utc>,
) -> Result<Moved> {
    let actor = actor.clone();
    db.run(move |conn| {
        let from = find::<AddToFolder>(conn, &actor, id, now)?.folder.parent_id;
        let place = places::named(conn, &actor, to, now)?;
        let patch = FolderPatch {
            parent_id: Some(to),
            ..FolderPatch::default()
        };
        let folder = actions::patch(conn, &actor, id, &patch, now)?;
        Ok(Moved {
            folder,
            from,
            place,
        })
    })
    .await
}
