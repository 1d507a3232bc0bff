//! The list of groups, alone and behind its dialogs.

use actix_web::web::Data;
use diesel::PgConnection;
use serde::Deserialize;
use url::form_urlencoded;

use super::{counted, list_path};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::GroupId,
    people::{
        model::{By, Filter, Group, Place, Sort, Stretch, pages, words},
        pages::workspace,
        store,
        views::{Empty, Everybody, GroupList, GroupRow, GroupsPage},
    },
    permissions::Permissions,
    policy::{ListMembers, permit},
    web::{
        Page, PageResult, Query,
        paging::Slice,
        see_other, time,
        ui::{Avatar, Shell},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    q: String,
    before: Option<String>,
    after: Option<String>,
}

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let stretch = Stretch::parse(Sort::Name, query.before.as_deref(), query.after.as_deref())
        .ok_or(Error::NotFound)?;
    let is_first = matches!(stretch, Stretch::First(_));
    let q = query.q;
    let read = db
        .run(move |conn| Read::of(conn, &actor, q, &stretch))
        .await?;
    if read.slice.rows.is_empty() && !is_first {
        return see_other(&read.address(&list_path(&shell)));
    }
    let list = read.view(&shell);
    Page(GroupsPage {
        shell: shell.titled("Groups", "groups"),
        list,
    })
    .ok()
}

/// What one page of the list is made of.
pub struct Read {
    q: String,
    slice: Slice<Group>,
    sizes: std::collections::HashMap<GroupId, i64>,
    total: i64,
    members: i64,
    defaults: Permissions,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        q: String,
        stretch: &Stretch<GroupId>,
    ) -> Result<Self> {
        let permit = permit::<ListMembers>(actor)?;
        let wanted = words(&q);
        let slice = store::groups(conn, &permit, &wanted, stretch)?;
        let ids: Vec<GroupId> = slice.rows.iter().map(|group| group.id).collect();
        let counts = store::count(conn, &permit, &Filter::default())?;
        Ok(Self {
            q,
            sizes: store::sizes(conn, &permit, &ids)?,
            total: store::count_groups(conn, &permit, &wanted)?,
            members: counts.active + counts.suspended,
            defaults: store::default_permissions(conn, &permit)?,
            slice,
        })
    }

    /// The first page, as the dialogs show it behind themselves.
    pub fn first(conn: &mut PgConnection, actor: &Actor) -> Result<Self> {
        Self::of(conn, actor, String::new(), &Stretch::First(Sort::Name))
    }

    pub fn defaults(&self) -> &Permissions {
        &self.defaults
    }

    fn address(&self, path: &str) -> String {
        match self.q.trim() {
            "" => path.to_owned(),
            q => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                format!("{path}?{}", query.append_pair("q", q).finish())
            }
        }
    }

    pub fn view(&self, shell: &Shell) -> GroupList {
        let path = list_path(shell);
        let base = self.address(&path);
        let place = |group: &Group| Place {
            by: By::Name(group.folded.clone()),
            id: group.id,
        };
        let is_narrowed = base != path;
        GroupList {
            workspace: workspace(shell),
            new: format!("{path}/new"),
            action: path.clone(),
            q: self.q.clone(),
            everybody: (!is_narrowed).then(|| Everybody {
                members: time::counted(self.members, "member"),
                permissions: counted(&self.defaults),
                edit: format!("{path}/default-permissions"),
            }),
            rows: self.slice.rows.iter().map(|g| self.row(g, &path)).collect(),
            pages: pages(&base, &self.slice, place, (self.total, "group")),
            empty: (self.slice.rows.is_empty() && is_narrowed).then_some(Empty {
                title: "No groups match",
                text: "Search looks for each word in the names and descriptions of groups, and in the names of \
                       their members.",
                clear: path,
                clear_text: "Clear search",
            }),
            has_none: self.total == 0 && !is_narrowed,
        }
    }

    fn row(&self, group: &Group, path: &str) -> GroupRow {
        let page = format!("{path}/{}", group.id);
        let size = self.sizes.get(&group.id).copied().unwrap_or(0);
        GroupRow {
            id: group.id.to_string(),
            avatar: Avatar::group(),
            name: group.name.clone(),
            description: group.description.clone(),
            members: time::counted(size, "member"),
            permissions: counted(&group.permissions),
            add: format!("{page}/members/new"),
            delete: format!("{page}/deletion"),
            page,
        }
    }
}
