//! The list of members.

mod asked;

use std::collections::HashMap;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use self::asked::{Asked, ListQuery};
use super::{is_last_owner, list_path, status, workspace};
use crate::{
    actor::{Actor, Role},
    db::Db,
    error::Result,
    ids::{MemberId, UserId},
    made_keys::MadeKeys,
    people::{
        model::{By, Filter, Listed, Place, Sort, State, Stretch, Which, pages},
        store::{self, Counts},
        views::{Choice, Column, Empty, MemberRow, MembersPage, RoleForm, StateLink, Switch},
    },
    policy::{self, ListMembers, permit},
    web::{
        Now, Page, PageResult, Query,
        paging::Slice,
        see_other, time,
        ui::{Avatar, Shell},
    },
};

pub async fn index(
    actor: Actor,
    shell: Shell,
    (db, keys): (Data<Db>, Data<dyn MadeKeys>),
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let (asked, stretch) = Asked::parse(query)?;
    let is_first = matches!(stretch, Stretch::First(_));
    let filter = asked.filter.clone();
    let viewer = actor.clone();
    let read = db
        .run(move |conn| Read::of(conn, &viewer, keys.get_ref(), &filter, &stretch))
        .await?;
    // The members of this page are gone from it; those of the others are not.
    if read.slice.rows.is_empty() && !is_first {
        return see_other(&asked.address(&list_path(&shell)));
    }
    Page(page(asked, read, &actor, shell, now)).ok()
}

/// What one page of the list is made of.
struct Read {
    slice: Slice<Listed>,
    counts: Counts,
    active_owners: i64,
    groups: HashMap<MemberId, Vec<String>>,
    keys: HashMap<MemberId, i64>,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        keys: &dyn MadeKeys,
        filter: &Filter,
        stretch: &Stretch<UserId>,
    ) -> Result<Self> {
        let permit = permit::<ListMembers>(actor)?;
        let slice = store::list(conn, &permit, filter, stretch)?;
        let ids: Vec<MemberId> = slice.rows.iter().map(|listed| listed.member.id).collect();
        Ok(Self {
            groups: store::group_names(conn, &permit, &ids)?,
            keys: keys.count(conn, actor, &ids)?,
            slice,
            counts: store::count(conn, &permit, filter)?,
            active_owners: store::active_owners(conn, &permit)?,
        })
    }
}

fn page(asked: Asked, read: Read, actor: &Actor, shell: Shell, now: DateTime<Utc>) -> MembersPage {
    let path = list_path(&shell);
    let back = asked.address(&path);
    let counts = read.counts;
    let present = counts.active + counts.suspended;
    let link = |text, count, which| StateLink {
        text,
        count,
        href: asked.with(which).address(&path),
        current: asked.filter.which == which,
    };
    let sorted = |sort| Column {
        href: Asked {
            sort,
            ..asked.clone()
        }
        .address(&path),
        current: asked.sort == sort,
    };
    let rows = read.slice.rows.iter();
    MembersPage {
        workspace: workspace(&shell),
        action: path.clone(),
        q: asked.q.clone(),
        state: asked.which(),
        sort: asked.sort(),
        roles: [("", "All roles")]
            .into_iter()
            .chain([
                ("owner", "Owners"),
                ("admin", "Admins"),
                ("member", "Members"),
            ])
            .map(|(value, text)| Choice {
                value,
                text,
                selected: value == asked.role(),
            })
            .collect(),
        states: vec![
            link("All", present, Which::Present),
            link("Active", counts.active, Which::In(State::Active)),
            link("Suspended", counts.suspended, Which::In(State::Suspended)),
        ],
        removed: link("Removed", counts.removed, Which::In(State::Removed)),
        by_name: sorted(Sort::Name),
        by_seen: sorted(Sort::Seen),
        empty: read.slice.rows.is_empty().then(|| empty(&asked, &path)),
        pages: pages(
            &back,
            &read.slice,
            |listed| place(listed, asked.sort),
            (total(&asked, counts), "member"),
        ),
        rows: rows
            .map(|listed| row(listed, &read, actor, &shell, &back, now))
            .collect(),
        shell: shell.titled("Members", "members"),
    }
}

fn empty(asked: &Asked, path: &str) -> Empty {
    let plain = Asked {
        q: String::new(),
        filter: Filter::default(),
        ..asked.clone()
    };
    let all = plain.address(path);
    match (asked.filter.which, asked.is_narrowed()) {
        (Which::In(State::Suspended), false) => Empty {
            title: "Nobody is suspended",
            text: "Suspend a member to take their access away for a while. You can undo it any time.",
            clear: all,
            clear_text: "Show all members",
        },
        (Which::In(State::Removed), false) => Empty {
            title: "Nobody was removed",
            text: "Whoever is removed stays here as history, with the report of what became of their keys.",
            clear: all,
            clear_text: "Show all members",
        },
        _ => Empty {
            title: "No members match",
            text: "Search looks for each word in names and addresses. Case and accents do not matter.",
            clear: all,
            clear_text: "Clear filters",
        },
    }
}

fn total(asked: &Asked, counts: Counts) -> i64 {
    match asked.filter.which {
        Which::Present => counts.active + counts.suspended,
        Which::In(State::Active) => counts.active,
        Which::In(State::Suspended) => counts.suspended,
        Which::In(State::Removed) => counts.removed,
    }
}

fn place(listed: &Listed, sort: Sort) -> Place<UserId> {
    Place {
        by: match sort {
            Sort::Name => By::Name(listed.folded.clone()),
            Sort::Seen => By::Seen(listed.last_seen_at.unwrap_or(DateTime::UNIX_EPOCH)),
        },
        id: listed.member.user_id,
    }
}

fn row(
    listed: &Listed,
    read: &Read,
    actor: &Actor,
    shell: &Shell,
    back: &str,
    now: DateTime<Utc>,
) -> MemberRow {
    let member = &listed.member;
    let page = format!("{}/{}", list_path(shell), member.id);
    let is_you = actor.member_id() == Some(member.id);
    let is_present = member.state() != State::Removed;
    let is_last = is_last_owner(member, read.active_owners);
    let may_touch = is_present && policy::may_touch(actor, member.role);
    // One's own role is changed on one's own page: a slip here could not be undone.
    let may_change = may_touch && !is_you && !is_last;
    MemberRow {
        id: member.id.to_string(),
        avatar: Avatar::person(&listed.name),
        name: listed.name.clone(),
        email: listed.email.clone(),
        is_you,
        status: status(member),
        groups: read
            .groups
            .get(&member.id)
            .map_or_else(String::new, |all| first(all)),
        keys: time::grouped(read.keys.get(&member.id).copied().unwrap_or(0)),
        last_seen: listed.last_seen_at.map(|at| shell.zone.relative(at, now)),
        role: member.role.title(),
        is_owner: member.role == Role::Owner,
        role_form: may_change.then(|| RoleForm {
            action: format!("{page}/role"),
            roles: super::role::choices(actor, member.role),
        }),
        audit: super::member::audit_path(shell, member.id),
        switch: may_change.then(|| switch(member.state(), &page)).flatten(),
        removal: may_change.then(|| format!("{page}/removal")),
        next: back.to_owned(),
        page,
    }
}

/// "Engineering, Product team and 2 more".
fn first(groups: &[String]) -> String {
    let named = groups
        .iter()
        .take(2)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match groups.len().saturating_sub(2) {
        0 => named,
        n => format!("{named} and {n} more"),
    }
}

/// *Suspend* or *Reinstate*.
pub(super) fn switch(state: State, page: &str) -> Option<Switch> {
    match state {
        State::Active => Some(Switch {
            action: format!("{page}/suspension"),
            text: "Suspend",
            icon: "pause",
        }),
        State::Suspended => Some(Switch {
            action: format!("{page}/reinstatement"),
            text: "Reinstate",
            icon: "power",
        }),
        State::Removed => None,
    }
}
