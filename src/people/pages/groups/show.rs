//! A group's own page: who is in it, and what it allows them.

use std::collections::HashMap;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;
use url::form_urlencoded;

use super::{OfGroup, list_path};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::{GroupId, MemberId, UserId},
    people::{
        model::{By, Filter, Group, Listed, Place, Sort, Stretch, pages, words},
        pages::status,
        store,
        views::{GroupPage, GroupView, PlaceRow},
    },
    permissions::{CUSTOM, Permissions},
    policy::{self, ListMembers, permit},
    reached_folders::{Holder, Reach, ReachedFolders},
    web::{
        Now, Page, PageResult, Path, Query,
        paging::Slice,
        see_other, time,
        ui::{Avatar, ErrorSummary, FolderTable, PermissionsField, Shell},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ShowQuery {
    q: String,
    before: Option<String>,
    after: Option<String>,
}

/// Which of the people in a group are asked for.
pub struct Asked {
    q: String,
    stretch: Stretch<UserId>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            q: String::new(),
            stretch: Stretch::First(Sort::Name),
        }
    }
}

pub async fn show(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfGroup>,
    Query(query): Query<ShowQuery>,
) -> PageResult {
    let stretch = Stretch::parse(Sort::Name, query.before.as_deref(), query.after.as_deref())
        .ok_or(Error::NotFound)?;
    let is_first = matches!(stretch, Stretch::First(_));
    let read = read(
        &db,
        &actor,
        of.group,
        Asked {
            q: query.q,
            stretch,
        },
    )
    .await?;
    if read.slice.rows.is_empty() && !is_first {
        return see_other(&read.address(&list_path(&shell)));
    }
    let name = read.group.name.clone();
    let mut group = read.view(&actor, &shell, None, now);
    let reach = db
        .run(move |conn| reach(conn, &actor, &**folders, (of.group, FOLDERS), now))
        .await?;
    group.folders = Some(FolderTable::new(
        format!("Folders that are shared with {name}"),
        &reach,
        shell.workspace.as_ref().map_or("", |w| w.folders.as_str()),
        "No folder is shared with this group.",
    ));
    Page(GroupPage {
        shell: shell.titled(name, "groups"),
        group,
    })
    .ok()
}

/// Folders that the page names.
const FOLDERS: i64 = 100;

/// At most so many folders that are shared with a group.
pub fn reach(
    conn: &mut PgConnection,
    actor: &Actor,
    folders: &dyn ReachedFolders,
    (id, most): (GroupId, i64),
    now: DateTime<Utc>,
) -> Result<Reach> {
    let group = Holder::Group(id);
    let mut reach = folders.reach(conn, actor, &[group], most, now)?;
    Ok(reach.remove(&group).unwrap_or_default())
}

/// What the page is made of.
pub struct Read {
    pub group: Group,
    q: String,
    slice: Slice<Listed>,
    since: HashMap<MemberId, DateTime<Utc>>,
    size: i64,
    found: i64,
    defaults: Permissions,
}

pub async fn read(db: &Db, actor: &Actor, id: GroupId, asked: Asked) -> Result<Read> {
    let actor = actor.clone();
    db.run(move |conn| Read::of(conn, &actor, id, asked)).await
}

impl Read {
    fn of(conn: &mut PgConnection, actor: &Actor, id: GroupId, asked: Asked) -> Result<Self> {
        let permit = permit::<ListMembers>(actor)?;
        let group = store::find_group(conn, &permit, id)?;
        let filter = Filter {
            words: words(&asked.q),
            group: Some(id),
            ..Filter::default()
        };
        let slice = store::list(conn, &permit, &filter, &asked.stretch)?;
        let ids: Vec<MemberId> = slice.rows.iter().map(|listed| listed.member.id).collect();
        let found = store::count(conn, &permit, &filter)?;
        Ok(Self {
            since: store::in_group_since(conn, &permit, id, &ids)?,
            size: store::sizes(conn, &permit, &[id])?.remove(&id).unwrap_or(0),
            found: found.active + found.suspended,
            defaults: store::default_permissions(conn, &permit)?,
            q: asked.q,
            slice,
            group,
        })
    }

    fn address(&self, list: &str) -> String {
        let page = format!("{list}/{}", self.group.id);
        match self.q.trim() {
            "" => page,
            q => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                format!("{page}?{}", query.append_pair("q", q).finish())
            }
        }
    }

    /// `typed`: a choice of permissions that was not saved, and why; none: those that the group has.
    pub fn view(
        &self,
        actor: &Actor,
        shell: &Shell,
        typed: Option<(&str, Permissions, &[FieldError])>,
        now: DateTime<Utc>,
    ) -> GroupView {
        let list = list_path(shell);
        let page = format!("{list}/{}", self.group.id);
        let base = self.address(&list);
        let held = policy::held(actor);
        let locked = self.group.permissions.beyond(&held);
        let (preset, ticked, mistakes) = match typed {
            Some(typed) => typed,
            None => (CUSTOM, self.group.permissions.clone(), &[] as &[FieldError]),
        };
        let place = |listed: &Listed| Place {
            by: By::Name(listed.folded.clone()),
            id: listed.member.user_id,
        };
        GroupView {
            name: self.group.name.clone(),
            description: self.group.description.clone(),
            size: time::counted(self.size, "member"),
            edit: format!("{page}/details"),
            delete: format!("{page}/deletion"),
            add: format!("{page}/members/new"),
            q: self.q.clone(),
            is_empty: self.size == 0,
            rows: self
                .slice
                .rows
                .iter()
                .map(|listed| self.row(listed, &page, shell, now))
                .collect(),
            pages: pages(&base, &self.slice, place, (self.found, "member")),
            back: base,
            defaults: match self.defaults.len() {
                0 => "Every member starts without a permission.".to_owned(),
                n => format!("On top of the {n} that every member has."),
            },
            folders: None,
            permissions_action: format!("{page}/permissions"),
            permissions: PermissionsField::new(
                "Grant only what its members need. You can grant the permissions you have yourself.",
                &held,
                &ticked,
                &locked,
                preset,
            )
            .error(FieldError::of(mistakes, "permissions")),
            summary: ErrorSummary::of(mistakes),
            list_href: list,
            page,
        }
    }

    fn row(&self, listed: &Listed, page: &str, shell: &Shell, now: DateTime<Utc>) -> PlaceRow {
        let member = &listed.member;
        let members = shell.workspace.as_ref().map_or("", |w| w.members.as_str());
        PlaceRow {
            id: member.id.to_string(),
            page: format!("{members}/{}", member.id),
            avatar: Avatar::person(&listed.name),
            name: listed.name.clone(),
            email: listed.email.clone(),
            status: status(member),
            role: member.role.title(),
            since: self
                .since
                .get(&member.id)
                .map(|at| shell.zone.relative(*at, now)),
            remove: format!("{page}/members/{}/removal", member.id),
        }
    }
}
