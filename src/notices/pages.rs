//! The notices of a page, the list of all, and *Dismiss*.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    actions,
    model::Row,
    store::{self, About},
    views::{Banner, Banners, NoticesPage},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::NoticeId,
    policy::{OwnNotices, ReadNotices, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::Back,
        paging::{Cursor, Slice, Stretch},
        see_other, see_other_with,
        time::{counted, grouped},
        ui::{Pager, Shell},
    },
};

/// How many a page shows above what it is about.
const SHOWN: i64 = 3;

/// How many a member sees who has no page with all of them.
const OWN: i64 = 10;

/// What is to be told about something, as it was read.
pub struct Open {
    rows: Vec<Row>,
    count: i64,
    /// Whoever looks has a page with all of them.
    has_page: bool,
}

/// What `actor` is to be told about things of a kind, such as `key`, or about one of them.
pub fn open(conn: &mut PgConnection, actor: &Actor, kind: &str, id: Option<&str>) -> Result<Open> {
    let (own, admin) = (permit::<OwnNotices>(actor)?, permit::<ReadNotices>(actor));
    let admin = admin.as_ref().ok();
    let (rows, count) = store::about(conn, &own, admin, About { kind, id }, SHOWN)?;
    Ok(Open {
        rows,
        count,
        has_page: admin.is_some(),
    })
}

/// Of that, what is for `actor` alone: the notices of a page about what is their own.
pub fn own(conn: &mut PgConnection, actor: &Actor, kind: &str, id: Option<&str>) -> Result<Open> {
    let own = permit::<OwnNotices>(actor)?;
    let (rows, count) = store::about(conn, &own, None, About { kind, id }, OWN)?;
    Ok(Open {
        rows,
        count,
        has_page: false,
    })
}

impl Open {
    /// `back`: where *Dismiss* returns to.
    pub fn view(&self, shell: &Shell, back: &str, now: DateTime<Utc>) -> Banners {
        let shown = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let more = self.count - shown;
        let page = shell.workspace.as_ref().filter(|_| self.has_page);
        Banners {
            more: page
                .filter(|_| more > 0)
                .map(|w| (format!("and {} more", grouped(more)), w.notices.clone())),
            ..banners(&self.rows, shell, back, now)
        }
    }
}

fn banners(rows: &[Row], shell: &Shell, back: &str, now: DateTime<Utc>) -> Banners {
    Banners {
        csrf: shell.csrf.clone(),
        back: back.to_owned(),
        shown: rows.iter().map(|row| Banner::of(row, shell, now)).collect(),
        more: None,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    before: Option<String>,
    after: Option<String>,
}

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let stretch = Stretch::parse(query.before.as_deref(), query.after.as_deref());
    let stretch = stretch.ok_or(Error::NotFound)?;
    let is_first = stretch == Stretch::Newest;
    let read = db.run(move |conn| {
        let (own, admin) = (permit(&actor)?, permit(&actor)?);
        store::list(conn, &own, &admin, &stretch)
    });
    let (slice, count) = read.await?;
    let path = shell
        .workspace
        .as_ref()
        .map_or_else(String::new, |w| w.notices.clone());
    // The notices of this page are gone from it; those of the others are not.
    if slice.rows.is_empty() && !is_first {
        return see_other(&path);
    }
    let back = shell.path.clone();
    Page(NoticesPage {
        banners: banners(&slice.rows, &shell, &back, now),
        pager: pager(&slice, count, &path),
        shell: shell.titled("Notices", "notices"),
    })
    .ok()
}

fn pager(slice: &Slice<Row>, count: i64, path: &str) -> Pager {
    let link = |direction: &str, row: &Row| {
        let (at, id) = (row.first_at, row.id);
        format!("{path}?{direction}={}", Cursor { at, id }.encode())
    };
    let all = counted(count, "notice");
    Pager::by_time(
        match slice.newer || slice.older {
            true => format!("{} of {all}", slice.rows.len()),
            false => all,
        },
        slice
            .rows
            .first()
            .filter(|_| slice.newer)
            .map(|row| link("after", row)),
        slice
            .rows
            .last()
            .filter(|_| slice.older)
            .map(|row| link("before", row)),
    )
}

/// The variable parts of a notice's address.
#[derive(Deserialize)]
pub struct OfNotice {
    slug: String,
    notice: NoticeId,
}

pub async fn dismiss(
    actor: Actor,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfNotice>,
    Form(back): Form<Back>,
) -> PageResult {
    db.run(move |conn| actions::dismiss(conn, &actor, of.notice, now))
        .await?;
    let home = format!("/w/{}", of.slug);
    let flash = Flash::done("The notice is dismissed.", "Nobody is shown it any more.");
    see_other_with(&back.next.or_list(&home), flash)
}
