//! An owner or admin gives themselves a role in a folder, to see what is in it.

use actix_web::web::Data;
use serde::Deserialize;

use super::{OfFolder, folder_path};
use crate::{
    actor::{Actor, FolderRole},
    db::Db,
    error::Error,
    library::{
        actions,
        model::{Grant, Subject},
    },
    web::{Flash, Form, Now, PageResult, Path, see_other_with, ui::Shell},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    role: FolderRole,
}

pub async fn take(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<RoleForm>,
) -> PageResult {
    let me = actor.member_id().ok_or(Error::NotFound)?;
    let grant = Grant {
        subject: Subject::Member(me),
        role: form.role,
        expires_at: None,
    };
    let (folder, _) = db
        .run(move |conn| actions::set_access(conn, &actor, of.folder, &[grant], now))
        .await?;
    let flash = Flash::done(
        format!("You are {} of {} now.", form.role.article(), folder.name),
        "Its people see that, and the audit log has it.",
    );
    see_other_with(&folder_path(&shell, folder.id), flash)
}
