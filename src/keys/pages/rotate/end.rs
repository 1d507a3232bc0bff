//! *Finish rotation* and *Undo rotation*: at once, or asked first where the value that stops is in use.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::shown::is_in_use;
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::KeyId,
    keys::{
        actions,
        model::Key,
        pages::{
            OfKey,
            back::{Back, Next, at_key},
            facts::use_fact,
            list::{self, Read},
            list_path, tag,
        },
        store::{self, Listed, Value},
        views::RotationEndPage,
    },
    policy::{self, ListKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, see_other, see_other_with, time::Zone,
        ui::Shell,
    },
};

type Asked = (Actor, Shell, Data<Db>, Now, Path<OfKey>, Query<Back>);
type Sent = (Actor, Shell, Data<Db>, Now, Path<OfKey>, Form<EndForm>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndForm {
    /// Sent by the dialog, which has said what is in use.
    sure: Option<String>,
    #[serde(default)]
    next: Next,
}

pub async fn ask_finish(asked: Asked) -> PageResult {
    End::Finish.ask(asked).await
}

pub async fn finish(sent: Sent) -> PageResult {
    End::Finish.answer(sent).await
}

pub async fn ask_undo(asked: Asked) -> PageResult {
    End::Undo.ask(asked).await
}

pub async fn undo(sent: Sent) -> PageResult {
    End::Undo.answer(sent).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Finish,
    Undo,
}

impl End {
    async fn ask(self, (actor, shell, db, Now(now), Path(of), Query(back)): Asked) -> PageResult {
        let at = (shell.zone, now);
        let asked = db
            .run(move |conn| Question::read(conn, &actor, of.id, at))
            .await?;
        let list = list_path(&shell);
        match self.stops(&asked.listed, now) {
            Some(_) => Page(self.page(asked, shell, back.next, now)).ok(),
            None => see_other(&at_key(&back.next.or_list(&list), of.id)),
        }
    }

    async fn answer(self, (actor, shell, db, Now(now), Path(of), Form(form)): Sent) -> PageResult {
        let (at, is_sure) = ((shell.zone, now), form.sure.is_some());
        // Looked at and done in one transaction: a value that comes into use meanwhile is asked about.
        let done = db
            .run(move |conn| {
                let listed = store::find(conn, &permit::<ListKeys>(&actor)?, of.id, at)?;
                let stops = self.stops(&listed, now);
                if !is_sure && stops.is_some_and(|value| is_in_use(value, now)) {
                    return Question::about(conn, &actor, listed, at).map(Err);
                }
                self.act(conn, &actor, of.id, now).map(Ok)
            })
            .await;
        let list = list_path(&shell);
        let flash = match done {
            Ok(Err(asked)) => {
                return Page(self.page(asked, shell, form.next, now)).unprocessable();
            }
            Ok(Ok((key, text))) => Flash::done(self.done(&key), text),
            Err(Error::Conflict(why)) => Flash::not_done("Nothing was changed.", why),
            Err(other) => return Err(other.into()),
        };
        see_other_with(&at_key(&form.next.or_list(&list), of.id), flash)
    }

    /// With what the flash says besides.
    fn act(
        self,
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        now: DateTime<Utc>,
    ) -> Result<(Key, &'static str)> {
        match self {
            Self::Finish => {
                let key = actions::finish_rotation(conn, actor, id, now)?;
                Ok((key, "Requests with the old value now get 401."))
            }
            Self::Undo => {
                let undone = actions::undo_rotation(conn, actor, id, now)?;
                let text = match undone.keeps_date {
                    true => {
                        "Requests with the new value now get 401. The date stays as it is: it was changed since, or the \
                         former one is beyond what this workspace allows."
                    }
                    false => "Requests with the new value now get 401.",
                };
                Ok((undone.key, text))
            }
        }
    }

    fn done(self, key: &Key) -> String {
        match self {
            Self::Finish => format!("The rotation of {} is finished.", key.label),
            Self::Undo => format!("The rotation of {} is undone.", key.label),
        }
    }

    /// The value that stops working. None: no rotation is running.
    fn stops(self, listed: &Listed, now: DateTime<Utc>) -> Option<&Value> {
        let values = listed.in_force.as_ref()?;
        let runs = listed.key.revoked_at.is_none() && listed.key.old_until(now).is_some();
        let old = values.old.as_ref().filter(|_| runs)?;
        Some(match self {
            Self::Finish => old,
            Self::Undo => &values.current,
        })
    }

    fn page(
        self,
        Question { listed, list }: Question,
        shell: Shell,
        next: Next,
        now: DateTime<Utc>,
    ) -> RotationEndPage {
        let (path, key) = (list_path(&shell), &listed.key);
        let back = next.or_list(&path);
        let (verb, stops, what, text) = match self {
            Self::Finish => (
                "Finish rotation",
                "old",
                "completion",
                "The old value stops at once, and only the new one works on.",
            ),
            Self::Undo => (
                "Undo rotation",
                "new",
                "reversal",
                "The new value stops at once, and the old one is the only one again. A date that was set with the \
                 rotation is taken back.",
            ),
        };
        let value = self.stops(&listed, now);
        RotationEndPage {
            action: format!("{path}/{}/rotation/{what}", key.id),
            cancel: at_key(&back, key.id),
            next: back,
            label: key.label.clone(),
            tag: tag(key, key.state(now)),
            verb,
            text,
            stops,
            last_used: use_fact(
                value.and_then(|value| value.last_use.as_ref()),
                shell.zone,
                now,
            ),
            in_use: value.is_some_and(|value| is_in_use(value, now)),
            list: list.view(&shell, &path, now),
            shell: shell
                .titled(format!("{verb} of {}?", key.label), "api")
                .at(path),
        }
    }
}

/// The key in question, and the list behind the question.
struct Question {
    listed: Listed,
    list: Read,
}

impl Question {
    fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let listed = store::find(conn, &permit::<ListKeys>(actor)?, id, at)?;
        Self::about(conn, actor, listed, at)
    }

    fn about(
        conn: &mut PgConnection,
        actor: &Actor,
        listed: Listed,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        policy::check_may_change_key_of(actor, listed.key.owner_member_id)?;
        Ok(Self {
            listed,
            list: list::read_newest(conn, actor, at)?,
        })
    }
}
