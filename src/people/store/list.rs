//! The members of a workspace as pages show them. A list is a fixed number of queries, however many they are.

use chrono::{DateTime, Utc};
use diesel::{dsl::count as count_of, helper_types::IntoBoxed, pg::Pg, prelude::*, sql_types};

use crate::{
    actor::Role,
    error::Result,
    ids::{GroupId, MemberId, UserId, WorkspaceId},
    people::model::{By, Filter, Listed, Member, PAGE, Sort, State, Stretch, Which},
    policy::{ListMembers, Permit},
    schema::{group_members, member_visits, members, users},
    web::paging::Slice,
};

#[diesel::declare_sql_function]
extern "SQL" {
    /// In small letters, without accents, as `users.folded` is.
    fn folded(text: sql_types::Text) -> sql_types::Text;
    #[sql_name = "coalesce"]
    fn or_else(
        at: sql_types::Nullable<sql_types::Timestamptz>,
        other: sql_types::Timestamptz,
    ) -> sql_types::Timestamptz;
}

/// How many members are in each state, of those whom a search finds.
#[derive(Debug, Clone, Copy, Default, Queryable)]
pub struct Counts {
    pub active: i64,
    pub suspended: i64,
    pub removed: i64,
}

#[diesel::dsl::auto_type]
pub(super) fn joined() -> _ {
    members::table.inner_join(users::table).left_join(
        member_visits::table.on(member_visits::workspace_id
            .eq(members::workspace_id)
            .and(member_visits::member_id.eq(members::id))),
    )
}

type Query<'a> = IntoBoxed<'a, joined, Pg>;
pub(super) type Columns = (Member, String, String, String, Option<DateTime<Utc>>);

#[diesel::dsl::auto_type]
fn in_group(workspace: WorkspaceId, group: GroupId) -> _ {
    group_members::table
        .filter(group_members::workspace_id.eq(workspace))
        .filter(group_members::group_id.eq(group))
        .select(group_members::member_id)
}

/// Part of a word is enough; case and accents do not matter.
pub(super) fn containing(word: &str) -> String {
    let literal = word
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{literal}%")
}

/// Whatever their state.
fn found<'a>(permit: &Permit<ListMembers>, filter: &Filter) -> Query<'a> {
    let mut query = joined()
        .filter(members::workspace_id.eq(permit.workspace()))
        .into_boxed();
    for word in &filter.words {
        query = query.filter(users::folded.like(folded(containing(word))));
    }
    if let Some(group) = filter.group {
        query = query.filter(members::id.eq_any(in_group(permit.workspace(), group)));
    }
    match filter.role {
        Some(role) => query.filter(members::role.eq(role)),
        None => query,
    }
}

/// The same without what nobody counts by.
fn counted<'a>(permit: &Permit<ListMembers>, filter: &Filter) -> IntoBoxed<'a, members::table, Pg> {
    let mut query = members::table
        .filter(members::workspace_id.eq(permit.workspace()))
        .into_boxed();
    for word in &filter.words {
        let named = users::table
            .filter(users::folded.like(folded(containing(word))))
            .select(users::id);
        query = query.filter(members::user_id.eq_any(named));
    }
    if let Some(group) = filter.group {
        query = query.filter(members::id.eq_any(in_group(permit.workspace(), group)));
    }
    match filter.role {
        Some(role) => query.filter(members::role.eq(role)),
        None => query,
    }
}

pub fn count(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    filter: &Filter,
) -> Result<Counts> {
    let is_present = members::removed_at.is_null();
    Ok(counted(permit, filter)
        .select((
            count_of(members::id).aggregate_filter(is_present.and(members::suspended_at.is_null())),
            count_of(members::id)
                .aggregate_filter(is_present.and(members::suspended_at.is_not_null())),
            count_of(members::id).aggregate_filter(members::removed_at.is_not_null()),
        ))
        .first(conn)?)
}

/// One page.
pub fn list(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    filter: &Filter,
    stretch: &Stretch<UserId>,
) -> Result<Slice<Listed>> {
    let mut query = found(permit, filter).limit(PAGE as i64 + 1);
    query = match filter.which {
        Which::In(State::Removed) => query.filter(members::removed_at.is_not_null()),
        Which::Present => query.filter(members::removed_at.is_null()),
        Which::In(State::Active) => query
            .filter(members::removed_at.is_null())
            .filter(members::suspended_at.is_null()),
        Which::In(State::Suspended) => query
            .filter(members::removed_at.is_null())
            .filter(members::suspended_at.is_not_null()),
    };
    let seen = or_else(member_visits::last_seen_at.nullable(), DateTime::UNIX_EPOCH);
    // By name, the first condition bounds the scan of an index; by when they were last seen there is none, and all who
    // are found are sorted. The ids only decide among equals: that of the person, since somebody who was removed and
    // came back is two members.
    query = match stretch {
        Stretch::First(_) => query,
        Stretch::After(place) => match &place.by {
            By::Name(name) => query
                .filter(users::folded.ge(name.clone()))
                .filter(users::folded.gt(name.clone()).or(users::id.gt(place.id))),
            By::Seen(at) => query
                .filter(seen.le(*at))
                .filter(seen.lt(*at).or(users::id.lt(place.id))),
        },
        Stretch::Before(place) => match &place.by {
            By::Name(name) => query
                .filter(users::folded.le(name.clone()))
                .filter(users::folded.lt(name.clone()).or(users::id.lt(place.id))),
            By::Seen(at) => query
                .filter(seen.ge(*at))
                .filter(seen.gt(*at).or(users::id.gt(place.id))),
        },
    };
    let is_reversed = matches!(stretch, Stretch::Before(_));
    query = match (stretch.sort(), is_reversed) {
        (Sort::Name, false) => query.order((users::folded.asc(), users::id.asc())),
        (Sort::Name, true) => query.order((users::folded.desc(), users::id.desc())),
        (Sort::Seen, false) => query.order((seen.desc(), users::id.desc())),
        (Sort::Seen, true) => query.order((seen.asc(), users::id.asc())),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(stretch.slice(rows.into_iter().map(listed).collect()))
}

#[diesel::dsl::auto_type]
pub(super) fn columns() -> _ {
    let member: diesel::helper_types::AsSelect<Member, Pg> = Member::as_select();
    (
        member,
        users::name,
        users::email,
        users::folded,
        member_visits::last_seen_at.nullable(),
    )
}

pub(super) fn listed((member, name, email, folded, last_seen_at): Columns) -> Listed {
    Listed {
        member,
        name,
        email,
        folded,
        last_seen_at,
    }
}

/// Whatever their state.
pub fn find(conn: &mut PgConnection, permit: &Permit<ListMembers>, id: MemberId) -> Result<Listed> {
    let row: Columns = joined()
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq(id))
        .select(columns())
        .first(conn)?;
    Ok(listed(row))
}

/// How many owners are neither suspended nor removed.
pub fn active_owners(conn: &mut PgConnection, permit: &Permit<ListMembers>) -> Result<i64> {
    Ok(members::table
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::role.eq(Role::Owner))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .count()
        .get_result(conn)?)
}
