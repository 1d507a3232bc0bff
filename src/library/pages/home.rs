//! The library: what is one's own, what is shared with one, and what a search finds in all of it.

use std::collections::HashMap;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    above::above,
    asked::{Asked, ListQuery},
    found::FoundFiles,
    library_path,
    row::Looking,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::{FolderId, GroupId},
    library::{
        find::{all_roles, roles_in},
        model::{Folder, Roles, Share, Show, Sort, Subject},
        store,
        views::{Empty, HomePage, HomeView, Part, Table},
    },
    people,
    policy::{Permit, UseLibrary, permit},
    web::{Now, Page, PageResult, Query, paging::Slice, see_other, ui::Shell},
};

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let asked = Asked::parse(query)?;
    if !asked.is_of_folders() {
        return Err(Error::NotFound.into());
    }
    let (viewer, wanted) = (actor.clone(), asked.clone());
    let read = db
        .run(move |conn| Read::of(conn, &viewer, wanted, now))
        .await?;
    if read.is_empty() && !asked.is_first() {
        return see_other(&asked.address(&library_path(&shell)));
    }
    let home = read.view(&actor, &shell, now);
    Page(HomePage {
        shell: shell.titled(home.title, here(asked.show)),
        home,
    })
    .ok()
}

fn here(show: Show) -> &'static str {
    match show {
        Show::All | Show::Own => "library",
        Show::Shared => "shared",
    }
}

/// What one page of the library is made of.
pub struct Read {
    asked: Asked,
    slice: Slice<Folder>,
    roles: Roles,
    /// What was given to whoever looks, by folder, with the names of their groups.
    given: HashMap<FolderId, Vec<Share>>,
    groups: HashMap<GroupId, String>,
    /// What the folders are in, as far as it may be seen.
    above: HashMap<FolderId, String>,
    found: FoundFiles,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        asked: Asked,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let permit = permit::<UseLibrary>(actor)?;
        let all = all_roles(conn, &permit, now)?;
        let wanted = asked.wanted();
        let rows = match asked.is_search() {
            true => store::everywhere(conn, &permit, &all, &wanted)?,
            false => store::beginnings(conn, &permit, (&all, asked.show), &wanted)?,
        };
        let slice = asked.slice(rows);
        let roles = roles_in(conn, &permit, &slice.rows, now)?;
        let found = match asked.is_search() && asked.is_first() {
            true => FoundFiles::of(conn, &permit, &all, (&asked.q, None), now)?,
            false => FoundFiles::default(),
        };
        let mut read = Self {
            found,
            above: match asked.is_search() {
                true => above(conn, &permit, &slice.rows, &roles)?,
                false => HashMap::new(),
            },
            asked,
            slice,
            roles,
            given: HashMap::new(),
            groups: HashMap::new(),
        };
        if !read.asked.is_search() {
            read.read_given(conn, &permit, now)?;
        }
        Ok(read)
    }

    fn is_empty(&self) -> bool {
        self.slice.rows.is_empty() && self.found.is_empty()
    }

    /// The first page, as the dialogs show it behind themselves.
    pub fn first(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Self> {
        Self::of(conn, actor, Asked::default(), now)
    }

    fn read_given(
        &mut self,
        conn: &mut PgConnection,
        permit: &Permit<UseLibrary>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let ids: Vec<FolderId> = self.slice.rows.iter().map(|folder| folder.id).collect();
        let given = store::given_on(conn, permit, &ids, now)?;
        let groups: Vec<GroupId> = given
            .iter()
            .filter_map(|share| match share.subject {
                Subject::Group(id) => Some(id),
                _ => None,
            })
            .collect();
        self.groups = people::named_groups(conn, permit, &groups)?
            .into_iter()
            .collect();
        for share in given {
            self.given.entry(share.folder).or_default().push(share);
        }
        Ok(())
    }

    pub fn view(&self, actor: &Actor, shell: &Shell, now: DateTime<Utc>) -> HomeView {
        let path = library_path(shell);
        let back = self.asked.address(&path);
        let looking = Looking {
            actor,
            shell,
            back: &back,
            now,
        };
        let is_search = self.asked.is_search();
        let (title, text) = match self.asked.show {
            Show::All | Show::Own => (
                "Library",
                "Folders that are yours, and those that are shared with you.",
            ),
            Show::Shared => (
                "Shared with you",
                "Folders in which others gave you or one of your groups a role.",
            ),
        };
        HomeView {
            title,
            text,
            new: format!("{path}/new"),
            q: self.asked.q.clone(),
            parts: match is_search {
                true => Vec::new(),
                false => self.parts(&path),
            },
            tables: self
                .found
                .beside(self.table(&looking, &path, title), &looking),
            action: path,
        }
    }

    fn table(&self, looking: &Looking<'_>, path: &str, title: &str) -> Table {
        let is_search = self.asked.is_search();
        let column = |sort| self.asked.column(sort, path);
        let row = |folder: &Folder| {
            let standing = self.roles.standing(&folder.path);
            looking.row(folder, standing, self.middle(folder))
        };
        Table {
            caption: match is_search {
                true => "Folders found".to_owned(),
                false => title.to_owned(),
            },
            is_one_of: false,
            middle: Some(if is_search { "In" } else { "Your access" }),
            by_name: column(Sort::Name),
            by_changed: column(Sort::Changed),
            by_size: None,
            rows: self.slice.rows.iter().map(row).collect(),
            pages: self.asked.pager_of_folders(path, &self.slice),
            empty: self.is_empty().then(|| self.empty(path)),
        }
    }

    fn parts(&self, path: &str) -> Vec<Part> {
        let part = |id, text, show| Part {
            id,
            text,
            href: self.asked.shown(show).address(path),
            current: self.asked.show == show,
        };
        vec![
            part("part-all", "All", Show::All),
            part("part-own", "Yours", Show::Own),
            part("part-shared", "Shared with you", Show::Shared),
        ]
    }

    /// "Owner", "Editor, direct", "User, through Engineering"; of what was found, what it is in.
    fn middle(&self, folder: &Folder) -> String {
        if self.asked.is_search() {
            let name = folder.parent_id.and_then(|id| self.above.get(&id));
            return name.map_or_else(|| "Library".to_owned(), Clone::clone);
        }
        let standing = self.roles.standing(&folder.path);
        if standing.is_owner {
            return "Owner".to_owned();
        }
        let given = self.given.get(&folder.id).map(Vec::as_slice);
        let best = given.unwrap_or_default().iter().max_by_key(|share| {
            let is_direct = matches!(share.subject, Subject::Member(_));
            (share.role, is_direct)
        });
        match best.map(|share| (share.role, share.subject)) {
            None => String::new(),
            Some((role, Subject::Group(id))) => {
                let group = self.groups.get(&id).map_or("a group", String::as_str);
                format!("{}, through {group}", role.title())
            }
            Some((role, _)) => format!("{}, direct", role.title()),
        }
    }

    fn empty(&self, path: &str) -> Empty {
        let new = Some((format!("{path}/new"), "New folder"));
        let none = |title, text: &str| Empty {
            title,
            text: text.to_owned(),
            is_first: true,
            way: new.clone(),
            other: None,
            is_dialog: true,
        };
        match self.asked.show {
            _ if self.asked.is_search() => Empty {
                title: "Nothing matches",
                text: "Search looks for each word in the names of all folders in which you have a role, and of the \
                       files in them. Case and accents do not matter."
                    .to_owned(),
                is_first: false,
                way: Some((path.to_owned(), "Clear search")),
                other: None,
                is_dialog: false,
            },
            Show::All => none(
                "No folders yet",
                "Make a folder for files that belong together, and share it with people, groups and API keys. What \
                 others share with you appears here too.",
            ),
            Show::Own => none(
                "No folder is yours yet",
                "A folder that you make is yours: you are its Editor, and say who else has access.",
            ),
            Show::Shared => Empty {
                title: "Nothing is shared with you yet",
                text: "Where somebody gives you or one of your groups a role in a folder, it appears here.".to_owned(),
                is_first: true,
                way: Some((path.to_owned(), "Show all folders")),
                other: None,
                is_dialog: false,
            },
        }
    }
}
