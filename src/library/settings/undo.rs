//! *Undo* of what was done to folders with one form.

use actix_web::web::Data;
use serde::Deserialize;

use super::{actions, change::folders, list_path};
use crate::{
    actor::Actor,
    db::Db,
    ids::AuditEventId,
    library::pages,
    policy::{ManageLibrary, permit},
    web::{Flash, Form, Now, PageResult, Path, back::Back, see_other_with, ui::Shell},
};

/// Names of those that are left out are told up to so many.
pub const TOLD: usize = 3;

/// With a way to take it back, where something was done.
pub fn undoable(flash: Flash, shell: &Shell, entry: Option<AuditEventId>) -> Flash {
    match entry {
        None => flash,
        Some(entry) => flash.undo(format!("{}/changes/{entry}/reversal", list_path(shell))),
    }
}

/// A change that was made.
#[derive(Deserialize)]
pub struct OfChange {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    pub entry: AuditEventId,
}

pub async fn undo(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfChange>,
    Form(back): Form<Back>,
) -> PageResult {
    permit::<ManageLibrary>(&actor)?;
    let undone = db
        .run(move |conn| actions::undo(conn, &actor, of.entry, now))
        .await?;
    let more = undone.left.len().saturating_sub(TOLD);
    let mut left = undone
        .left
        .iter()
        .take(TOLD)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if more > 0 {
        left = format!("{left} and {more} more");
    }
    let why = format!("As they are, since something else was done meanwhile: {left}.");
    let flash = match (undone.number, undone.left.len()) {
        (0, _) => Flash::not_done("Nothing was taken back.", why),
        (n, 0) => Flash::done(
            format!("{} as before.", folders(n)),
            "The audit log says so too.",
        ),
        (n, _) => Flash::not_done(format!("{} as before.", folders(n)), why),
    };
    see_other_with(&pages::back(&shell, &back.next, list_path(&shell)), flash)
}
