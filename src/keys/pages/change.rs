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
    policy,
    web::{Flash, Form, Now, PageResult, Path, see_other_with, ui::Shell},
};

type Request = (Actor, Shell, Data<Db>, Now, Path<OfKey>, Form<Back>);

pub async fn deactivate(request: Request) -> PageResult {
    let change = Change {
        act: actions::deactivate,
        done: "is deactivated.",
        text: "Requests with it now get 401.",
        undo: "activation",
        others: "Requests with it now get 401. Only its owner can activate it again.",
    };
    change.answer(request).await
}

pub async fn activate(request: Request) -> PageResult {
    let change = Change {
        act: actions::activate,
        done: "is active.",
        text: "Requests with it are answered again.",
        undo: "deactivation",
        others: "",
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
    /// Instead of `text`, of another member's key, which nobody else activates.
    others: &'static str,
}

impl Change {
    async fn answer(self, request: Request) -> PageResult {
        let (actor, shell, db, Now(now), Path(of), Form(back)) = request;
        let act = self.act;
        let doer = actor.clone();
        let key = db.run(move |conn| act(conn, &doer, of.id, now)).await?;
        let list = list_path(&shell);
        let done = format!("{} {}", key.label, self.done);
        let flash = match policy::check_may_change_key_of(&actor, key.owner_member_id) {
            Ok(()) => {
                let undo = format!("{list}/{}/{}", key.id, self.undo);
                Flash::done(done, self.text).undo(undo)
            }
            Err(_) => Flash::done(done, self.others),
        };
        see_other_with(&at_key(&back.next.or_list(&list), key.id), flash)
    }
}
