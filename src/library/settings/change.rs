//! What is done to the folders that were ticked.

use std::collections::BTreeSet;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    actions,
    asked::Who,
    list_path,
    question::{Do, Question, parsed},
    undo::{TOLD, undoable},
};
use crate::{
    actor::{Actor, FolderRole},
    db::Db,
    error::{Error, Result, field},
    ids::{AuditEventId, FolderId},
    people,
    policy::{ManageLibrary, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path,
        back::{Back, Next},
        see_other_with,
        time::counted,
        ui::Shell,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(default)]
    id: Vec<String>,
    #[serde(default)]
    who: String,
    #[serde(default)]
    heir: String,
    role: Option<FolderRole>,
    /// Not these alone, but wherever they were given something.
    all: Option<String>,
    #[serde(default)]
    next: Next,
}

type Request = (Actor, Shell, Data<Db>, Now, Form<Answer>);

pub fn folders(n: usize) -> String {
    counted(i64::try_from(n).unwrap_or(i64::MAX), "folder")
}

pub async fn remove(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Form(form)) = request;
    permit::<ManageLibrary>(&actor)?;
    let (who, ids) = (Who::parse(&form.who)?, parsed(&form.id)?);
    let ids = form.all.is_none().then_some(ids);
    let done = db
        .run(move |conn| actions::remove_shares(conn, &actor, (who.0, ids.as_ref()), now))
        .await?;
    let list = list_path(&shell);
    let flash = match done.entry {
        None => Flash::not_done(
            format!("{} was given nothing there.", done.name),
            "What follows from a group, or from a folder above, is taken away where it was given.",
        ),
        Some(entry) => Flash::done(
            format!("{} is removed from {}.", done.name, folders(done.number)),
            match done.has_more {
                true => {
                    "They were given more than can be taken away at once: remove all once more."
                }
                false => "What follows from a group, or from a folder above, stays.",
            },
        )
        .undo(format!("{list}/removals/{}/{entry}/reversal", who.encode())),
    };
    see_other_with(&form.next.or_list(&list), flash)
}

/// A removal that was made.
#[derive(Deserialize)]
pub struct OfRemoval {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    who: String,
    entry: AuditEventId,
}

pub async fn undo(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfRemoval>,
    Form(back): Form<Back>,
) -> PageResult {
    permit::<ManageLibrary>(&actor)?;
    let who = Who::parse(&of.who)?;
    let number = db
        .run(move |conn| actions::undo_removal(conn, &actor, (who.0, of.entry), now))
        .await?;
    let flash = match number {
        0 => Flash::not_done(
            "Nothing could be given back.",
            "Those folders are in the trash, were shared with them since, or they can be given nothing now.",
        ),
        n => Flash::done(
            format!("Access to {} is back.", folders(n)),
            "What is in the trash, or was shared with them since, stays as it is.",
        ),
    };
    see_other_with(&back.next.or_list(&list_path(&shell)), flash)
}

/// What was done to some of the folders that were ticked.
struct Done {
    number: usize,
    /// To these nothing had to be done.
    others: usize,
    entry: Option<AuditEventId>,
}

/// Does something to each, all or nothing. `action`: as the log calls it.
async fn each(
    (actor, db, form): (Actor, &Db, &Answer),
    (action, now): (&'static str, DateTime<Utc>),
    act: impl Fn(&mut PgConnection, &Actor, FolderId) -> Result<bool> + Send + 'static,
) -> Result<Done> {
    permit::<ManageLibrary>(&actor)?;
    let ids: BTreeSet<FolderId> = parsed(&form.id)?;
    if ids.is_empty() || ids.len() > actions::MOST {
        return Err(Error::NotFound);
    }
    db.run(move |conn| {
        let mut number = 0;
        for id in &ids {
            number += usize::from(act(conn, &actor, *id)?);
        }
        Ok(Done {
            number,
            others: ids.len() - number,
            entry: actions::done_here(conn, &actor, action, now)?,
        })
    })
    .await
}

pub async fn hand_over(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Form(form)) = request;
    permit::<ManageLibrary>(&actor)?;
    let ids = parsed(&form.id)?;
    if ids.is_empty() || ids.len() > actions::MOST {
        return Err(Error::NotFound.into());
    }
    let (heir, by, asked) = (form.heir.clone(), actor.clone(), ids.clone());
    let done = db
        .run(move |conn| {
            let permit = permit::<ManageLibrary>(&by)?;
            let found = people::member_with_email(conn, &permit, heir.trim())?;
            let why = "No active member has this email address";
            let (heir, name) = found.ok_or_else(|| field("heir", why))?;
            for id in &asked {
                actions::hand_over(conn, &by, (*id, heir), now)?;
            }
            let entry = actions::done_here(conn, &by, actions::HANDED_OVER, now)?;
            Ok((name, entry))
        })
        .await;
    let back = form.next.or_list(&list_path(&shell));
    match done {
        Ok((name, entry)) => {
            let flash = Flash::done(
                format!("{name} owns {} now.", folders(ids.len())),
                "Whoever owned them is Editor of them.",
            );
            see_other_with(&back, undoable(flash, &shell, entry))
        }
        Err(Error::Invalid(mut mistakes)) => {
            // A name that is taken at the top stands against whom it goes to.
            for mistake in &mut mistakes {
                mistake.field = "heir".into();
            }
            let question = db
                .run(move |conn| Question::read(conn, &actor, Do::HandOver, (None, &ids), now))
                .await?;
            Page(question.page(shell, &back, &mistakes, form.heir)).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

pub async fn take_role(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Form(form)) = request;
    let role = form.role.ok_or(Error::Unreadable("A role is missing."))?;
    let done = each(
        (actor, &db, &form),
        (actions::SHARED, now),
        move |conn, actor, id| actions::give_self(conn, actor, (id, role), now),
    )
    .await?;
    let what = match role {
        FolderRole::User => "can be read by you.",
        FolderRole::Editor => "can be changed by you.",
    };
    let kept = match done.others {
        0 => "",
        _ => " Where you had that role already, or a greater one, it stays as it is.",
    };
    let flash = match done.number {
        0 => Flash::not_done(
            "You have that role already.",
            "What you have in these folders, and until when, stays as it is.",
        ),
        n => Flash::done(
            format!("{} {what}", folders(n)),
            format!("The audit log says that you gave yourself a role.{kept}"),
        ),
    };
    let flash = undoable(flash, &shell, done.entry);
    see_other_with(&form.next.or_list(&list_path(&shell)), flash)
}

pub async fn trash(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Form(form)) = request;
    let done = each(
        (actor, &db, &form),
        (actions::TRASHED, now),
        move |conn, actor, id| actions::trash_if_there(conn, actor, id, now),
    )
    .await?;
    let flash = Flash::done(
        format!("{} in the trash.", folders(done.number + done.others)),
        "They can be restored for 30 days.",
    );
    let flash = undoable(flash, &shell, done.entry);
    see_other_with(&form.next.or_list(&list_path(&shell)), flash)
}

pub async fn restore(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Form(form)) = request;
    permit::<ManageLibrary>(&actor)?;
    let ids: BTreeSet<FolderId> = parsed(&form.id)?;
    if ids.is_empty() {
        return Err(Error::NotFound.into());
    }
    let (number, mut left) = db
        .run(move |conn| actions::restore_each(conn, &actor, &ids, now))
        .await?;
    let strong = format!("{} restored.", folders(number));
    let others = left.len().saturating_sub(TOLD);
    left.truncate(TOLD);
    if others > 0 {
        left.push(format!("{} more are left out.", folders(others)));
    }
    let flash = match left.is_empty() {
        true => Flash::done(strong, "Who had access has it again."),
        false => Flash::not_done(strong, left.join(" ")),
    };
    see_other_with(&form.next.or_list(&list_path(&shell)), flash)
}
