//! The key's own page.

mod chart;

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::{
    OfKey, callers,
    facts::{facts, not_in_force},
    foot, limits, list_path, menu,
    rotate::shown::section,
    status, tag,
};
use crate::{
    actor::Actor,
    audit::{History, Places},
    db::Db,
    error::Result,
    ids::KeyId,
    keys::{
        model::{
            Kind, Recovery,
            days::{self, Hour},
        },
        store::{self, Caller, HourOfValue, Listed},
        views::ShowPage,
    },
    notices,
    permissions::Permission,
    policy::{ListKeys, ReadHistory, permit},
    reached_folders::{Holder, Reach, ReachedFolders},
    web::{
        Now, Page, PageResult, Path,
        time::Zone,
        ui::{Fact, FolderTable, PermissionGroup, Shell},
    },
    workspaces::{self, Workspace},
};

/// Who calls with an old value is named before there are too many of them.
const CALLERS: i64 = 20;

pub async fn show(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let places = match shell.is_own {
        true => Places::none(),
        false => Places::of(shell.workspace.as_ref()),
    };
    let at = (shell.zone, now);
    let read = db
        .run(move |conn| Read::of(conn, &actor, of.id, (&places, &**folders), at))
        .await?;
    Page(read.page(shell, now)).ok()
}

/// The key, the calls of each hour, and what was done to it.
struct Read {
    listed: Listed,
    hours: Vec<Hour>,
    /// Of the last day by secret, and who calls with the old one; nothing unless it rotates.
    by_value: Vec<HourOfValue>,
    callers_of_old: Vec<Caller>,
    callers: Vec<Caller>,
    workspace: Workspace,
    history: History,
    notices: notices::Open,
    reach: Reach,
}

/// Folders that the page names.
const FOLDERS: i64 = 100;

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        (places, folders): (&Places, &dyn ReachedFolders),
        (zone, now): (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let (list, audit) = (permit::<ListKeys>(actor)?, permit::<ReadHistory>(actor)?);
        let listed = store::find(conn, &list, id, (zone, now))?;
        let old = listed
            .in_force
            .as_ref()
            .and_then(|values| values.old.as_ref());
        let (by_value, callers_of_old) = match old {
            None => (Vec::new(), Vec::new()),
            Some(old) => (
                store::hours_of_values(conn, &list, id, now - TimeDelta::days(1))?,
                store::callers(conn, &list, (id, Some(old.version)), (0, CALLERS), now)?,
            ),
        };
        let holder = Holder::of_key(id, listed.key.owner_member_id);
        let mut reach = folders.reach(conn, actor, &[holder], FOLDERS, now)?;
        Ok(Self {
            reach: reach.remove(&holder).unwrap_or_default(),
            by_value,
            callers_of_old,
            callers: store::callers(conn, &list, (id, None), (0, callers::FIRST + 1), now)?,
            workspace: workspaces::find(conn, &list)?,
            hours: store::hours(conn, &list, &listed.key, days::first_hour(zone, now))?,
            history: History::read(conn, &audit, ("key", id.as_str()), (zone, places))?,
            notices: match list.owner() {
                Some(_) => notices::own(conn, actor, "key", Some(id.as_str()))?,
                None => notices::open(conn, actor, "key", Some(id.as_str()))?,
            },
            listed,
        })
    }

    fn page(mut self, shell: Shell, now: DateTime<Utc>) -> ShowPage {
        let (key, zone) = (&self.listed.key, shell.zone);
        let days = days::by_day(&self.hours, zone, now);
        let back = format!("{}/{}", list_path(&shell), key.id);
        let state = key.state(now);
        let menu = menu(&self.listed, &shell, &back, now);
        let read = (&*self.by_value, &*self.callers_of_old);
        let all_callers = callers::first_of(&back, &mut self.callers);
        let log = shell.workspace.as_ref().map_or("", |w| w.audit.as_str());
        ShowPage {
            list_href: list_path(&shell),
            id: key.id.to_string(),
            label: key.label.clone(),
            status: status(state),
            tag: tag(key, state).whole(self.listed.value.as_deref()),
            value: self.listed.value.clone(),
            edit: menu.edit,
            rotate: menu.rotate,
            rotation: section(&self.listed, read, &shell, now),
            take_over: menu.take_over,
            like: menu.like,
            notices: self.notices.view(&shell, &back, now),
            facts: all_facts(&self.listed, &self.workspace, shell.zone, now),
            permission_count: format!("{} of {}", key.permissions.len(), Permission::ALL.len()),
            not_in_force: not_in_force(&self.listed, &shell, usize::MAX),
            groups: PermissionGroup::to_read(&key.permissions),
            foot: foot(&self.listed, &shell, &back, String::new(), now),
            folders: FolderTable::new(
                format!("Folders that {} reaches", key.label),
                &self.reach,
                shell.workspace.as_ref().map_or("", |w| w.folders.as_str()),
                match key.owner_member_id {
                    None => "No folder is shared with this key.",
                    Some(_) => "Its owner has no role in a folder, and so this key has none.",
                },
            ),
            folders_of_owner: key.owner_member_id.is_some(),
            calls: chart::calls(&days, zone, now),
            callers: callers::table(&key.label, self.callers, (zone, now)),
            all_callers,
            history: self.history,
            audit: match shell.is_own {
                true => String::new(),
                false => format!("{log}?key={}", key.id),
            },
            shell: shell.titled(key.label.clone(), "api"),
        }
    }
}

fn recovery(of: Recovery) -> &'static str {
    match of {
        Recovery::Never => "Shown once, then masked",
        Recovery::Possible => "Recoverable: can be shown again",
        Recovery::Over => {
            "No longer recoverable: its stored secret was destroyed when it was revoked"
        }
    }
}

fn all_facts(listed: &Listed, workspace: &Workspace, zone: Zone, now: DateTime<Utc>) -> Vec<Fact> {
    let mut all = vec![
        match listed.key.kind {
            Kind::Secret => Fact::text("Type", "Secret key").note(recovery(listed.key.recovery)),
            Kind::Publishable => {
                Fact::text("Type", "Publishable key").note("For browsers, always visible")
            }
        },
        match &listed.owner {
            Some(owner) => Fact::text("Owner", &owner.name).note("Personal key"),
            None => Fact::text("Owner", &workspace.name).note("Workspace key"),
        },
    ];
    let origins = &listed.key.allowed_origins;
    if origins.is_any() {
        all.push(Fact::text("Allowed origins", "Every site"));
    } else if !origins.is_empty() {
        let sites: Vec<&str> = origins.iter().collect();
        all.push(Fact::text("Allowed origins", sites.join(", ")));
    }
    if let Some(values) = &listed.in_force {
        let made = zone.date(values.current.made_at);
        let term = match values.current.version {
            1 => "Value made",
            _ => "Last rotated",
        };
        all.push(Fact::at(term, made));
    }
    // The chart says how often it is called.
    let others = facts(listed, zone, now).into_iter();
    all.extend(others.filter(|fact| !fact.term.starts_with("Requests")));
    let default = workspace.default_rate_limit_per_minute;
    all.extend(limits::facts(&listed.key.limits, default));
    all
}
