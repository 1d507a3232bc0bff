//! *Deactivate* and *Activate*.

use actix_web::web::Data;

use super::{Back, OfKey, list_path};
use crate::{
    actor::Actor,
    db::Db,
    keys::actions,
    web::{Flash, Form, Now, PageResult, Path, see_other_with, ui::Shell},
};

pub async fn deactivate(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(back): Form<Back>,
) -> PageResult {
    let key = db
        .run(move |conn| actions::deactivate(conn, &actor, of.id, now))
        .await?;
    let list = list_path(&shell);
    let flash = Flash::done(
        format!("{} is deactivated.", key.label),
        "Requests with it now get 401.",
    )
    .undo(format!("{list}/{}/activation", key.id));
    see_other_with(&back.to(&list, key.id), flash)
}

pub async fn activate(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(back): Form<Back>,
) -> PageResult {
    let key = db
        .run(move |conn| actions::activate(conn, &actor, of.id, now))
        .await?;
    let list = list_path(&shell);
    let flash = Flash::done(
        format!("{} is active.", key.label),
        "Requests with it are answered again.",
    )
    .undo(format!("{list}/{}/deactivation", key.id));
    see_other_with(&back.to(&list, key.id), flash)
}
