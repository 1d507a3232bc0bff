//! A member's own page.

mod permissions;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{OfMember, list::switch, list_path, role, status, title};
use crate::{
    actor::{Actor, Role},
    db::Db,
    error::Result,
    ids::MemberId,
    people::{
        model::{Group, Listed, State},
        store,
        views::{MemberPage, OfGroup, RoleChoice},
    },
    permissions::{Permission, Permissions},
    policy::{self, ListMembers, permit},
    web::{
        Now, Page, PageResult, Path,
        time::Zone,
        ui::{Avatar, Fact, Shell},
    },
};

pub async fn show(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfMember>,
) -> PageResult {
    let viewer = actor.clone();
    let read = db
        .run(move |conn| Read::of(conn, &viewer, of.member))
        .await?;
    Page(page(read, &actor, shell, now)).ok()
}

/// What the page is made of.
struct Read {
    listed: Listed,
    has_one_owner: bool,
    defaults: Permissions,
    groups: Vec<(Group, DateTime<Utc>)>,
}

impl Read {
    fn of(conn: &mut PgConnection, actor: &Actor, id: MemberId) -> Result<Self> {
        let permit = permit::<ListMembers>(actor)?;
        Ok(Self {
            listed: store::find(conn, &permit, id)?,
            has_one_owner: store::active_owners(conn, &permit)? < 2,
            defaults: store::default_permissions(conn, &permit)?,
            groups: store::groups_of(conn, &permit, id)?,
        })
    }
}

fn page(read: Read, actor: &Actor, shell: Shell, now: DateTime<Utc>) -> MemberPage {
    let list = list_path(&shell);
    let Read {
        listed,
        has_one_owner,
        defaults,
        groups,
    } = read;
    let member = &listed.member;
    let page = format!("{list}/{}", member.id);
    let is_you = actor.member_id() == Some(member.id);
    let is_last = has_one_owner && member.role == Role::Owner && member.state() == State::Active;
    let is_closed = !policy::may_touch(actor, member.role);
    let note = match member.state() {
        State::Removed => "",
        _ if is_closed => "You need to be an owner to change an owner.",
        _ if is_last => "This is the only active owner. Make somebody else an owner first.",
        _ => "",
    };
    let may_change = member.state() != State::Removed && note.is_empty();
    MemberPage {
        facts: facts(&listed, shell.zone, now),
        roles: match may_change {
            false => Vec::new(),
            true => role::choices(actor, member.role)
                .into_iter()
                .map(|choice| RoleChoice {
                    means: Role::ALL
                        .into_iter()
                        .find(|role| role.name() == choice.value)
                        .map_or("", role::means),
                    choice,
                })
                .collect(),
        },
        role_action: format!("{page}/role"),
        note,
        switch: (may_change && !is_you)
            .then(|| switch(member.state(), &page))
            .flatten(),
        removal: (may_change && !is_you).then(|| format!("{page}/removal")),
        audit: audit_path(&shell, member.id),
        groups: groups
            .iter()
            .map(|(group, since)| of_group(group, *since, &shell, now))
            .collect(),
        holds_all: match (member.state(), member.role) {
            (State::Removed, _) => "They were removed, so they hold no permission here.".to_owned(),
            (_, Role::Member) => String::new(),
            (_, role) => format!(
                "{}s hold all {} permissions, through their role.",
                title(role),
                Permission::ALL.len()
            ),
        },
        permission_count: permissions::count(&defaults, &groups),
        permissions: permissions::through(&defaults, &groups),
        avatar: Avatar::person(&listed.name),
        status: status(member),
        is_you,
        list_href: list,
        page,
        name: listed.name.clone(),
        email: listed.email,
        shell: shell.titled(listed.name, "members"),
    }
}

fn of_group(group: &Group, since: DateTime<Utc>, shell: &Shell, now: DateTime<Utc>) -> OfGroup {
    let list = shell.workspace.as_ref().map_or("", |w| w.groups.as_str());
    OfGroup {
        name: group.name.clone(),
        page: format!("{list}/{}", group.id),
        since: shell.zone.relative(since, now),
    }
}

fn facts(listed: &Listed, zone: Zone, now: DateTime<Utc>) -> Vec<Fact> {
    let member = &listed.member;
    let mut facts = vec![
        Fact::text("Role", title(member.role)),
        Fact::at("Member since", zone.date(member.created_at)),
        match listed.last_seen_at {
            Some(at) => Fact::at("Last seen here", zone.relative(at, now)),
            None => Fact::text("Last seen here", "Never"),
        },
    ];
    facts.extend(
        member
            .suspended_at
            .filter(|_| member.removed_at.is_none())
            .map(|at| Fact::at("Suspended", zone.relative(at, now))),
    );
    facts.extend(
        member
            .removed_at
            .map(|at| Fact::at("Removed", zone.relative(at, now))),
    );
    facts
}

/// What they did, in the audit log.
pub(super) fn audit_path(shell: &Shell, id: MemberId) -> String {
    let audit = shell.workspace.as_ref().map_or("", |w| w.audit.as_str());
    format!("{audit}?person={id}")
}
