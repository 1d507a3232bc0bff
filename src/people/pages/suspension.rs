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
    made_keys::MadeKeys,
    people::{actions, model::Named},
    web::{
        Flash, Form, Now, PageResult, Path, back::Back, see_other_with, time::counted, ui::Shell,
    },
};

type Tools = (Data<Db>, Data<dyn MadeKeys>);
type Request = (Actor, Shell, Tools, Now, Path<OfMember>, Form<Back>);

pub async fn suspend(request: Request) -> PageResult {
    let change = Change {
        act: actions::suspend,
        done: "is suspended.",
        text: "They keep their account, but nothing here answers them.",
        personal: "stopped with them",
        others: "Keys they made for the workspace keep working.",
        undo: "reinstatement",
    };
    change.answer(request).await
}

pub async fn reinstate(request: Request) -> PageResult {
    let change = Change {
        act: actions::reinstate,
        done: "is reinstated.",
        text: "They can do again what they could before.",
        personal: "can be used again",
        others: "",
        undo: "suspension",
    };
    change.answer(request).await
}

struct Change {
    act: fn(&mut PgConnection, &Actor, MemberId, DateTime<Utc>) -> Result<Named>,
    /// What the flash says: "Sam Okafor `done` `text`".
    done: &'static str,
    text: &'static str,
    /// "Their 2 personal keys `personal`. `others`"
    personal: &'static str,
    others: &'static str,
    /// The last part of the address that takes it back.
    undo: &'static str,
}

impl Change {
    async fn answer(self, request: Request) -> PageResult {
        let (actor, shell, (db, keys), Now(now), Path(of), Form(back)) = request;
        let (act, id) = (self.act, of.member);
        let (named, personal) = db
            .run(move |conn| {
                let named = act(conn, &actor, id, now)?;
                Ok((named, keys.count_personal(conn, &actor, id, now)?))
            })
            .await?;
        let own = match personal {
            0 => String::new(),
            n => format!(" Their {} {}.", counted(n, "personal key"), self.personal),
        };
        let text = format!("{}{own} {}", self.text, self.others);
        let list = list_path(&shell);
        let flash = Flash::done(format!("{} {}", named.name, self.done), text.trim_end())
            .undo(format!("{list}/{id}/{}", self.undo));
        see_other_with(&at_member(&back.next.or_list(&list), id), flash)
    }
}
