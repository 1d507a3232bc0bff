//! All folders of a workspace, for whoever looks after them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    grants::is_of,
    listed::{Query, named},
    who::{AccessIs, is_reached_so},
};
use crate::{
    error::Result,
    ids::{FolderId, MemberId},
    library::model::{Folder, Share, ShareRow, Subject},
    policy::{ManageLibrary, Permit},
    schema::{folders, shares},
    web::paging::{Slice, Stretch},
};

/// Folders on one page.
pub const PAGE: usize = 50;

/// Which folders are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Each is in the name.
    pub words: Vec<String>,
    pub owner: Option<OwnerIs>,
    pub access: Option<AccessIs>,
    /// Those that were put there, without what went with them.
    pub in_trash: bool,
}

impl Wanted {
    /// Wherever they are. Else only those at the top.
    fn is_narrowed(&self) -> bool {
        !self.words.is_empty() || self.owner.is_some() || self.access.is_some()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerIs {
    Member(MemberId),
    /// The workspace.
    Nobody,
}

impl OwnerIs {
    pub fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(id) => Some(id),
            Self::Nobody => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Name,
    /// The newest first: ids are in the order of time.
    Newest,
}

fn found<'a>(permit: &Permit<ManageLibrary>, wanted: &Wanted, now: DateTime<Utc>) -> Query<'a> {
    let mut query = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .into_boxed();
    query = match (wanted.in_trash, wanted.is_narrowed()) {
        (true, _) => query.filter(folders::trashed_with.eq(folders::id.nullable())),
        (false, true) => query.filter(folders::trashed_at.is_null()),
        (false, false) => query
            .filter(folders::trashed_at.is_null())
            .filter(folders::parent_id.is_null()),
    };
    query = named(query, &wanted.words);
    query = match wanted.owner {
        None => query,
        Some(OwnerIs::Nobody) => query.filter(folders::owner_member_id.is_null()),
        Some(OwnerIs::Member(id)) => query.filter(folders::owner_member_id.eq(id)),
    };
    match wanted.access {
        None => query,
        Some(access) => query.filter(is_reached_so(access, permit.workspace(), now)),
    }
}

pub fn count_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<i64> {
    Ok(found(permit, wanted, now).count().get_result(conn)?)
}

pub fn list_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    wanted: &Wanted,
    (sort, stretch): (Sort, &Stretch<FolderId, String>),
    now: DateTime<Utc>,
) -> Result<Slice<Folder>> {
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut query = found(permit, wanted, now).limit(most);
    query = match (sort, stretch) {
        (_, Stretch::Newest) => query,
        (Sort::Name, Stretch::OlderThan(place)) => {
            query.filter(folders::folded.ge(place.at.clone())).filter(
                folders::folded
                    .gt(place.at.clone())
                    .or(folders::id.gt(place.id)),
            )
        }
        (Sort::Name, Stretch::NewerThan(place)) => {
            query.filter(folders::folded.le(place.at.clone())).filter(
                folders::folded
                    .lt(place.at.clone())
                    .or(folders::id.lt(place.id)),
            )
        }
        (Sort::Newest, Stretch::OlderThan(place)) => query.filter(folders::id.lt(place.id)),
        (Sort::Newest, Stretch::NewerThan(place)) => query.filter(folders::id.gt(place.id)),
    };
    let is_back = matches!(stretch, Stretch::NewerThan(_));
    query = match (sort, is_back) {
        (Sort::Name, false) => query.order((folders::folded.asc(), folders::id.asc())),
        (Sort::Name, true) => query.order((folders::folded.desc(), folders::id.desc())),
        (Sort::Newest, false) => query.order(folders::id.desc()),
        (Sort::Newest, true) => query.order(folders::id.asc()),
    };
    let rows = query.select(Folder::as_select()).load(conn)?;
    Ok(Slice::of(rows, stretch, PAGE))
}

/// Those of these that there are, in the trash or not.
pub fn find_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    ids: &[FolderId],
) -> Result<Vec<Folder>> {
    Ok(folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(ids))
        .order((folders::folded, folders::id))
        .select(Folder::as_select())
        .load(conn)?)
}

/// The same, held so that shares in them can be changed.
pub fn hold_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    ids: &[FolderId],
) -> Result<Vec<Folder>> {
    Ok(folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(ids))
        .order(folders::id)
        .select(Folder::as_select())
        .for_no_key_update()
        .load(conn)?)
}

/// Takes away what a person, group or key was given in these folders themselves, in force or over.
pub fn delete_shares_in(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    subject: Subject,
    ids: &[FolderId],
) -> Result<Vec<Share>> {
    let gone: Vec<ShareRow> = diesel::delete(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq_any(ids))
        .filter(is_of(subject))
        .returning(ShareRow::as_returning())
        .get_results(conn)?;
    gone.into_iter().map(Share::try_from).collect()
}
