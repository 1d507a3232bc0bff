//! *Change role*, from the list and from the member's own page.

use actix_web::web::Data;
use serde::Deserialize;

use super::{OfMember, at_member, list_path};
use crate::{
    actor::{Actor, Confirmed, Role},
    db::Db,
    ids::MemberId,
    people::{actions, views::Choice},
    policy,
    web::{
        Flash, Form, Now, PageResult, Path,
        back::{Back, Next},
        see_other, see_other_with,
        ui::Shell,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    role: Role,
    #[serde(default)]
    next: Next,
}

/// A member and the role to give them, which is all that *Undo* can say.
#[derive(Deserialize)]
pub struct OfRole {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    member: MemberId,
    role: Role,
}

type Request = (Actor, Option<Confirmed>, Shell, Data<Db>, Now);

pub async fn change(
    request: Request,
    Path(of): Path<OfMember>,
    Form(form): Form<RoleForm>,
) -> PageResult {
    give(request, (of.member, form.role), &form.next).await
}

pub async fn set(request: Request, Path(of): Path<OfRole>, Form(back): Form<Back>) -> PageResult {
    give(request, (of.member, of.role), &back.next).await
}

async fn give(request: Request, (id, role): (MemberId, Role), next: &Next) -> PageResult {
    let (actor, confirmed, shell, db, Now(now)) = request;
    let own = actor.member_id() == Some(id);
    let (named, before) = db
        .run(move |conn| actions::change_role(conn, &actor, (id, role), confirmed, now))
        .await?;
    let list = list_path(&shell);
    let to = at_member(&next.or_list(&list), id);
    if before == role {
        return see_other(&to);
    }
    let strong = match own {
        true => format!("You are now {}.", role.article()),
        false => format!("{} is now {}.", named.name, role.article()),
    };
    let flash = Flash::done(strong, role.means());
    let flash = match own {
        // What one gave away oneself, one cannot take back.
        true => flash,
        false => flash.undo(format!("{list}/{id}/role/{}", before.name())),
    };
    see_other_with(&to, flash)
}

/// The roles that `actor` may give to somebody who has `present`.
pub fn choices(actor: &Actor, present: Role) -> Vec<Choice> {
    Role::ALL
        .into_iter()
        .filter(|role| policy::may_touch(actor, *role))
        .map(|role| Choice {
            value: role.name(),
            text: role.title(),
            selected: role == present,
        })
        .collect()
}
