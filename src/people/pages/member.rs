//! A member's own page.

mod end;
mod permissions;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use self::end::End;
use super::{OfMember, is_last_owner, list::switch, list_path, role, status};
use crate::{
    actor::{Actor, Role},
    db::Db,
    error::Result,
    ids::MemberId,
    made_keys::{MadeKey, MadeKeys},
    people::{
        model::{Group, Listed, State},
        store,
        views::{MemberPage, OfGroup, RoleChoice, TheirKey},
    },
    permissions::{Permission, Permissions},
    policy::{self, ListMembers, permit},
    web::{
        Now, Page, PageResult, Path,
        time::{self, Zone},
        ui::{Avatar, Fact, Shell},
    },
};

/// Keys that the page shows before it only counts them.
const KEYS: i64 = 10;

pub async fn show(
    actor: Actor,
    shell: Shell,
    (db, keys): (Data<Db>, Data<dyn MadeKeys>),
    Now(now): Now,
    Path(of): Path<OfMember>,
) -> PageResult {
    let (viewer, zone) = (actor.clone(), shell.zone);
    let read = db
        .run(move |conn| Read::of(conn, &viewer, of.member, keys.get_ref(), (zone, now)))
        .await?;
    Page(page(read, &actor, shell, now)).ok()
}

/// What the page is made of.
struct Read {
    listed: Listed,
    /// None for whoever is a member still.
    end: Option<End>,
    active_owners: i64,
    defaults: Permissions,
    groups: Vec<(Group, DateTime<Utc>)>,
    keys: Vec<MadeKey>,
    key_total: i64,
    personal: i64,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: MemberId,
        keys: &dyn MadeKeys,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let permit = permit::<ListMembers>(actor)?;
        let listed = store::find(conn, &permit, id)?;
        let personal = keys.count_personal(conn, actor, id, at.1)?;
        let (keys, key_total) = keys.living(conn, actor, id, KEYS, at)?;
        Ok(Self {
            personal,
            keys,
            key_total,
            end: End::of(conn, actor, &listed.member)?,
            listed,
            active_owners: store::active_owners(conn, &permit)?,
            defaults: store::default_permissions(conn, &permit)?,
            groups: store::groups_of(conn, &permit, id)?,
        })
    }
}

fn page(read: Read, actor: &Actor, shell: Shell, now: DateTime<Utc>) -> MemberPage {
    let list = list_path(&shell);
    let Read {
        listed,
        end,
        active_owners,
        defaults,
        groups,
        keys,
        key_total,
        personal,
    } = read;
    let member = &listed.member;
    let page = format!("{list}/{}", member.id);
    let is_you = actor.member_id() == Some(member.id);
    let is_last = is_last_owner(member, active_owners);
    let is_closed = !policy::may_touch(actor, member.role);
    let note = match member.state() {
        State::Removed => "",
        _ if is_closed => "You need to be an owner to change an owner.",
        _ if is_last => "This is the only active owner. Make somebody else an owner first.",
        _ => "",
    };
    let may_change = member.state() != State::Removed && note.is_empty();
    MemberPage {
        facts: facts(&listed, end, shell.zone, now),
        roles: match may_change {
            false => Vec::new(),
            true => role::choices(actor, member.role)
                .into_iter()
                .map(|choice| RoleChoice {
                    means: Role::ALL
                        .into_iter()
                        .find(|role| role.name() == choice.value)
                        .map_or("", Role::means),
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
        leaving: match (is_you, list.strip_suffix("/settings/members")) {
            (true, Some(home)) => format!("{home}/leaving"),
            _ => String::new(),
        },
        audit: audit_path(&shell, member.id),
        groups: groups
            .iter()
            .map(|(group, since)| of_group(group, *since, &shell, now))
            .collect(),
        holds_all: match (end, member.role) {
            (Some(end), _) => end.holds_nothing().to_owned(),
            (None, Role::Member) => String::new(),
            (None, role) => format!(
                "{}s hold all {} permissions, through their role.",
                role.title(),
                Permission::ALL.len()
            ),
        },
        key_count: time::counted(key_total, "key"),
        personal: match personal {
            0 => String::new(),
            n => time::counted(n, "personal key"),
        },
        more_keys: match key_total - i64::try_from(keys.len()).unwrap_or(i64::MAX) {
            ..=0 => String::new(),
            n => format!("and {} more", time::grouped(n)),
        },
        keys: keys.into_iter().map(|key| their(key, &shell)).collect(),
        report: (end == Some(End::Removed)).then(|| format!("{page}/report")),
        permission_count: permissions::count(&defaults, &groups),
        permissions: permissions::through(&defaults, &groups),
        avatar: Avatar::person(&listed.name),
        status: end.map(End::status).or_else(|| status(member)),
        is_you,
        list_href: list,
        page,
        name: listed.name.clone(),
        email: listed.email,
        shell: shell.titled(listed.name, "members"),
    }
}

fn their(key: MadeKey, shell: &Shell) -> TheirKey {
    let list = shell.workspace.as_ref().map_or("", |w| w.keys.as_str());
    TheirKey {
        page: format!("{list}/{}", key.id),
        label: key.label,
        tag: key.tag,
        status: key.status,
        is_personal: key.is_personal,
        traffic: format!("{} in 28 days", time::counted(key.calls, "request")),
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

fn facts(listed: &Listed, end: Option<End>, zone: Zone, now: DateTime<Utc>) -> Vec<Fact> {
    let member = &listed.member;
    let mut facts = vec![
        Fact::text("Role", member.role.title()),
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
            .zip(end)
            .map(|(at, end)| Fact::at(end.moment(), zone.relative(at, now))),
    );
    facts
}

/// What they did, in the audit log.
pub(super) fn audit_path(shell: &Shell, id: MemberId) -> String {
    let audit = shell.workspace.as_ref().map_or("", |w| w.audit.as_str());
    format!("{audit}?person={id}")
}
