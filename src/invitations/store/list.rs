//! The list, newest first. It is a fixed number of queries, however many invitations there are.

use chrono::{DateTime, Utc};
use diesel::{dsl::count as count_of, helper_types::IntoBoxed, pg::Pg, prelude::*};

use super::lower;
use crate::{
    error::Result,
    ids::{InvitationId, MemberId},
    invitations::model::{Invitation, State},
    policy::{Action, ListMembers, Permit},
    schema::invitations,
    web::paging::{Slice, Stretch},
};

/// How many invitations a page shows.
const PAGE: usize = 20;

/// How many are in each state, of those that a search finds.
#[derive(Debug, Clone, Copy, Default, Queryable)]
pub struct Counts {
    pub open: i64,
    pub expired: i64,
    pub accepted: i64,
    pub cancelled: i64,
}

/// Those with this in their address.
fn found<'a>(permit: &Permit<ListMembers>, typed: &str) -> IntoBoxed<'a, invitations::table, Pg> {
    let query = invitations::table
        .filter(invitations::workspace_id.eq(permit.workspace()))
        .into_boxed();
    match typed.trim() {
        "" => query,
        typed => {
            let literal = typed
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            query.filter(lower(invitations::email).like(lower(format!("%{literal}%"))))
        }
    }
}

pub fn count(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Counts> {
    let waits = || {
        invitations::cancelled_at
            .is_null()
            .and(invitations::accepted_at.is_null())
    };
    Ok(found(permit, typed)
        .select((
            count_of(invitations::id)
                .aggregate_filter(waits().and(invitations::expires_at.gt(now))),
            count_of(invitations::id)
                .aggregate_filter(waits().and(invitations::expires_at.le(now))),
            count_of(invitations::id).aggregate_filter(invitations::accepted_at.is_not_null()),
            count_of(invitations::id).aggregate_filter(invitations::cancelled_at.is_not_null()),
        ))
        .first(conn)?)
}

pub fn list(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    (typed, state): (&str, State),
    stretch: &Stretch<InvitationId>,
    now: DateTime<Utc>,
) -> Result<Slice<Invitation>> {
    let mut query = found(permit, typed).limit(PAGE as i64 + 1);
    query = match state {
        State::Accepted => query.filter(invitations::accepted_at.is_not_null()),
        State::Cancelled => query.filter(invitations::cancelled_at.is_not_null()),
        State::Open | State::Expired => query
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::cancelled_at.is_null()),
    };
    query = match state {
        State::Open => query.filter(invitations::expires_at.gt(now)),
        State::Expired => query.filter(invitations::expires_at.le(now)),
        State::Accepted | State::Cancelled => query,
    };
    query = match stretch {
        Stretch::Newest => query,
        Stretch::OlderThan(place) => query.filter(
            invitations::created_at
                .lt(place.at)
                .or(invitations::created_at
                    .eq(place.at)
                    .and(invitations::id.lt(place.id))),
        ),
        Stretch::NewerThan(place) => query.filter(
            invitations::created_at
                .gt(place.at)
                .or(invitations::created_at
                    .eq(place.at)
                    .and(invitations::id.gt(place.id))),
        ),
    };
    query = match stretch {
        Stretch::NewerThan(_) => query.order((invitations::created_at, invitations::id)),
        _ => query.order((invitations::created_at.desc(), invitations::id.desc())),
    };
    let rows = query.select(Invitation::as_select()).load(conn)?;
    Ok(Slice::of(rows, stretch, PAGE))
}

/// The addresses of the open ones that a member sent, the newest first, and how many there are.
pub fn open_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    member: MemberId,
    most: i64,
    now: DateTime<Utc>,
) -> Result<(Vec<String>, i64)> {
    let open = || {
        invitations::table
            .filter(invitations::workspace_id.eq(permit.workspace()))
            .filter(invitations::invited_by_member_id.eq(member))
            .filter(invitations::cancelled_at.is_null())
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::expires_at.gt(now))
    };
    let emails = open()
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(most)
        .select(invitations::email)
        .load(conn)?;
    Ok((emails, open().count().get_result(conn)?))
}
