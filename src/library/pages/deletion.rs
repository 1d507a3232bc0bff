//! *Delete*: asked first, with what goes and who loses access; it can be taken back for 30 days.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    OfFolder, back, folder, folder_path,
    inside::Inside,
    library_path,
    people::{Access, MOST},
};
use crate::{
    actor::Actor,
    db::Db,
    error::Result,
    ids::FolderId,
    library::{actions, find::find, model::Subject, store, views::DeletePage},
    policy::{SeeFolder, TrashFolder},
    web::{Flash, Form, Now, Page, PageResult, Path, Query, back::Back, see_other_with, ui::Shell},
};

/// Of those who lose access, how many the question names before it only counts them.
const NAMED: usize = 10;

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Query(query): Query<Back>,
) -> PageResult {
    let viewer = actor.clone();
    let (read, loss) = db
        .run(move |conn| {
            let loss = Loss::of(conn, &viewer, of.folder, now)?;
            Ok((folder::Read::first(conn, &viewer, of.folder, now)?, loss))
        })
        .await?;
    let path = folder_path(&shell, of.folder);
    let Loss { inside, losing } = loss;
    let more = losing.named.len().saturating_sub(NAMED);
    let names = losing.named.iter().take(NAMED);
    Page(DeletePage {
        folder: read.view(&actor, &shell, now),
        action: format!("{path}/deletion"),
        cancel: back(&shell, &query.next, path.clone()),
        inside: inside.text(),
        names: names.map(|(_, name)| name.clone()).collect(),
        more: match more {
            0 => String::new(),
            n => format!("and {n} more"),
        },
        losing: losing.pile("loses access", "lose access"),
        shell: shell
            .titled(format!("Delete {}?", read.folder.name), "library")
            .at(path),
    })
    .ok()
}

struct Loss {
    inside: Inside,
    losing: Access,
}

impl Loss {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: FolderId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let found = find::<TrashFolder>(conn, actor, id, now)?;
        let (permit, path) = (&found.permit, &found.folder.path);
        let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let owners = store::owners_within(conn, permit, path, most)?;
        let shares = store::shares_within(conn, permit, path, most, now)?;
        let is_more = owners.len() > MOST || shares.len() > MOST;
        let given = shares.into_iter().map(|share| share.subject);
        let subjects: Vec<Subject> = owners
            .into_iter()
            .map(Subject::Member)
            .chain(given)
            .collect();
        let losing = Access::read(conn, permit.library(), &subjects, is_more)?;
        Ok(Self {
            inside: Inside::of(conn, permit)?,
            losing: losing.without(actor.member_id()),
        })
    }
}

pub async fn delete(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<Back>,
) -> PageResult {
    let (folder, above) = db
        .run(move |conn| {
            let folder = actions::trash(conn, &actor, of.folder, now)?;
            let above = folder.parent_id;
            let is_seen = |id: &FolderId| find::<SeeFolder>(conn, &actor, *id, now).is_ok();
            let above = above.filter(is_seen);
            Ok((folder, above))
        })
        .await?;
    let page = folder_path(&shell, of.folder);
    let otherwise = above.map_or_else(|| library_path(&shell), |id| folder_path(&shell, id));
    let to = match back(&shell, &form.next, otherwise.clone()) {
        // It is not there any more.
        to if to.starts_with(&page) => otherwise,
        to => to,
    };
    let flash = Flash::done(
        format!("{} is in the trash.", folder.name),
        "It can be restored for 30 days.",
    );
    see_other_with(&to, flash.undo(format!("{page}/restoration")))
}
