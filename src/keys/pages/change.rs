//! *Deactivate* and *Activate*.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    OfKey,
    back::{Back, at_key},
    list_path,
};
use crate::{
    actor::Actor,
    db::Db,
    error::Result,
    ids::KeyId,
    keys::{actions, model::Key},
    web::{Flash, Form, Now, PageResult, Path, see_other_with, ui::Shell},
};

type Request = (Actor, Shell, Data<Db>, Now, Path<OfKey>, Form<Back>);

pub async fn deactivate(request: Request) -> PageResult {
    let change = Change {
        act: actions::deactivate,
        done: "is deactivated.",
        text: "Requests with it now get 401.",
        undo: "activation",
    };
    change.answer(request).await
}

pub async fn activate(request: Request) -> PageResult {
    let change = Change {
        act: actions::activate,
        done: "is active.",
        text: "Requests with it are answered again.",
        undo: "deactivation",
    };
    change.answer(request).await
}

struct Change {
    act: fn(&mut PgConnection, &Actor, KeyId, DateTime<Utc>) -> Result<Key>,
    /// What the flash says: "production-server `done` `text`".
    done: &'static str,
    text: &'static str,
    /// The last part of the address that takes it back.
    undo: &'static str,
}

impl Change {
    async fn answer(self, request: Request) -> PageResult {
        let (actor, shell, db, Now(now), Path(of), Form(back)) = request;
        let act = self.act;
        let key = db.run(move |conn| act(conn, &actor, of.id, now)).await?;
        let list = list_path(&shell);
        let flash = Flash::done(format!("{} {}", key.label, self.done), self.text)
            .undo(format!("{list}/{}/{}", key.id, self.undo));
        see_other_with(&at_key(&back.next.or_list(&list), key.id), flash)
    }
}
