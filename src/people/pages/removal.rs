//! *Remove from workspace*: asked first, with what becomes of what stays behind.

use actix_web::web::Data;

use super::{OfMember, list_path, workspace};
use crate::{
    actor::Actor,
    db::Db,
    people::{actions, model::State, views::RemovePage},
    policy::{ManageMembers, permit},
    web::{Flash, Form, Now, Page, PageResult, Path, back::Back, see_other_with, ui::Shell},
};

pub async fn ask(actor: Actor, shell: Shell, db: Data<Db>, Path(of): Path<OfMember>) -> PageResult {
    let named = db
        .run(move |conn| {
            let permit = permit::<ManageMembers>(&actor)?;
            actions::check_removal(conn, &actor, &permit, of.member)
        })
        .await?;
    let list = list_path(&shell);
    let page = format!("{list}/{}", of.member);
    Page(RemovePage {
        workspace: workspace(&shell),
        action: format!("{page}/removal"),
        suspend: (named.member.state() == State::Active).then(|| format!("{page}/suspension")),
        list_href: list,
        page,
        shell: shell.titled(format!("Remove {}?", named.name), "members"),
        name: named.name,
    })
    .ok()
}

pub async fn remove(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfMember>,
    Form(_): Form<Back>,
) -> PageResult {
    let named = db
        .run(move |conn| actions::remove(conn, &actor, of.member, now))
        .await?;
    let flash = Flash::done(
        format!("{} is removed.", named.name),
        "Their access to this workspace ended at once.",
    );
    see_other_with(&list_path(&shell), flash)
}
