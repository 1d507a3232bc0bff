//! *Suspend* and *Reinstate*.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{OfMember, at_member, list_path};
use crate::{
    actor::Actor,
    db::Db,
    error::Result,
    ids::MemberId,
    people::{actions, model::Named},
    web::{Flash, Form, Now, PageResult, Path, back::Back, see_other_with, ui::Shell},
};

type Request = (Actor, Shell, Data<Db>, Now, Path<OfMember>, Form<Back>);

pub async fn suspend(request: Request) -> PageResult {
    let change = Change {
        act: actions::suspend,
        done: "is suspended.",
        text: "They keep their account, but nothing here answers them. Keys they made keep working.",
        undo: "reinstatement",
    };
    change.answer(request).await
}

pub async fn reinstate(request: Request) -> PageResult {
    let change = Change {
        act: actions::reinstate,
        done: "is reinstated.",
        text: "They can do again what they could before.",
        undo: "suspension",
    };
    change.answer(request).await
}

struct Change {
    act: fn(&mut PgConnection, &Actor, MemberId, DateTime<Utc>) -> Result<Named>,
    /// What the flash says: "Sam Okafor `done` `text`".
    done: &'static str,
    text: &'static str,
    /// The last part of the address that takes it back.
    undo: &'static str,
}

impl Change {
    async fn answer(self, request: Request) -> PageResult {
        let (actor, shell, db, Now(now), Path(of), Form(back)) = request;
        let (act, id) = (self.act, of.member);
        let named = db.run(move |conn| act(conn, &actor, id, now)).await?;
        let list = list_path(&shell);
        let flash = Flash::done(format!("{} {}", named.name, self.done), self.text)
            .undo(format!("{list}/{id}/{}", self.undo));
        see_other_with(&at_member(&back.next.or_list(&list), id), flash)
    }
}
