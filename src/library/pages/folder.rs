//! A folder's own page: what is in it, and who has access.

mod list;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use self::list::{Entry, List};
use super::{
    OfFolder,
    asked::{Asked, ListQuery},
    crumbs::crumbs,
    folder_path,
    people::{Access, MOST},
    row::Looking,
};
use crate::{
    actor::{Actor, FolderRole},
    db::Db,
    error::{Error, Result},
    ids::FolderId,
    library::{
        find::{Found, find_among, roles_in},
        model::{Folder, Roles, Show, Sort, Subject},
        store,
        views::{Empty, FolderPage, FolderView, NoRole, Table},
    },
    policy::{AddToFolder, ReadFolder, SeeFolder, Standing, UseLibrary, may_in_folder, permit},
    web::{Now, Page, PageResult, Path, Query, see_other, ui::Shell},
};

pub async fn show(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let asked = Asked::parse(query)?;
    if asked.show != Show::All {
        return Err(Error::NotFound.into());
    }
    let (viewer, wanted) = (actor.clone(), asked.clone());
    let read = db
        .run(move |conn| Read::of(conn, &viewer, (of.folder, wanted), now))
        .await?;
    if read.is_past_its_end() {
        return see_other(&asked.address(&folder_path(&shell, of.folder)));
    }
    let folder = read.view(&actor, &shell, now);
    Page(FolderPage {
        shell: shell.titled(folder.name.clone(), "library"),
        folder,
    })
    .ok()
}

/// What the page is made of.
pub struct Read {
    pub folder: Folder,
    pub standing: Standing,
    asked: Asked,
    /// From the top to the folder itself.
    way: Vec<Folder>,
    roles: Roles,
    access: Access,
    /// None: whoever looks has no role in it.
    list: Option<List>,
}

impl Read {
    /// # Errors
    /// `NotFound`: there is none, or whoever asks may not know of it.
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        (id, asked): (FolderId, Asked),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let library = permit::<UseLibrary>(actor)?;
        let folder = store::find_row(conn, &library, id)?;
        if folder.trashed_at.is_some() {
            return Err(Error::NotFound);
        }
        let roles = roles_in(conn, &library, std::slice::from_ref(&folder), now)?;
        let standing = roles.standing(&folder.path);
        let seen = find_among::<SeeFolder>(library, folder.clone(), roles.clone())?;
        let way = store::ancestors(conn, &seen.permit, &folder.path)?;
        let access = access(conn, &seen, now)?;
        let list = match find_among::<ReadFolder>(permit(actor)?, folder.clone(), roles.clone()) {
            Ok(found) => Some(List::of(conn, &found, &asked, now)?),
            Err(_) => None,
        };
        Ok(Self {
            folder,
            standing,
            asked,
            way,
            roles,
            access,
            list,
        })
    }

    /// Its first page, as the dialogs show it behind themselves.
    pub fn first(
        conn: &mut PgConnection,
        actor: &Actor,
        id: FolderId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Self::of(conn, actor, (id, Asked::default()), now)
    }

    fn is_past_its_end(&self) -> bool {
        !self.asked.is_first() && self.list.as_ref().is_some_and(List::is_empty)
    }

    pub fn view(&self, actor: &Actor, shell: &Shell, now: DateTime<Utc>) -> FolderView {
        let page = folder_path(shell, self.folder.id);
        let back = self.asked.address(&page);
        let looking = Looking {
            actor,
            shell,
            back: &back,
            now,
        };
        let may_add = may_in_folder::<AddToFolder>(actor, self.standing);
        let new = may_add.then(|| format!("{page}/new"));
        FolderView {
            name: self.folder.name.clone(),
            description: self.folder.description.clone(),
            note: match self.standing.role {
                Some(FolderRole::User) => "You are User here: you can search and read.",
                _ => "",
            },
            crumbs: crumbs(shell, actor, &self.way, &self.roles),
            pile: self.access.pile("has access", "have access"),
            menu: looking.menu(&self.folder, self.standing),
            q: self.asked.q.clone(),
            sort: self.asked.sort.asked(),
            no_role: self.list.is_none().then(|| NoRole {
                action: format!("{page}/role"),
            }),
            tables: match &self.list {
                None => Vec::new(),
                Some(list) => {
                    let table = self.table(list, &looking, &page, new.clone());
                    list.found.beside(table, &looking)
                }
            },
            new,
            page,
        }
    }

    fn table(&self, list: &List, looking: &Looking<'_>, page: &str, new: Option<String>) -> Table {
        let is_search = self.asked.is_search();
        let column = |sort| self.asked.column(sort, page);
        let place = |folder: &Folder| match folder.parent_id {
            _ if !is_search => String::new(),
            Some(id) if id == self.folder.id => self.folder.name.clone(),
            Some(id) => list.above.get(&id).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let row = |entry: &Entry| match entry {
            Entry::Folder(folder) => {
                looking.row(folder, list.roles.standing(&folder.path), place(folder))
            }
            Entry::File(file) => {
                let name = vec![(file.name.clone(), false)];
                looking.file((file, self.standing), name, None)
            }
        };
        let (caption, noun) = match is_search {
            true => (format!("Folders found in {}", self.folder.name), "folder"),
            false => (format!("Folders and files in {}", self.folder.name), "item"),
        };
        let at = |entry: &Entry| entry.place(self.asked.sort);
        Table {
            caption,
            is_one_of: false,
            middle: is_search.then_some("In"),
            by_name: column(Sort::Name),
            by_changed: column(Sort::Changed),
            by_size: (!is_search).then(|| column(Sort::Size)),
            rows: list.slice.rows.iter().map(row).collect(),
            pages: self.asked.pager(page, &list.slice, (noun, at)),
            empty: list.is_empty().then(|| self.empty(page, new)),
        }
    }

    fn empty(&self, page: &str, new: Option<String>) -> Empty {
        match (self.asked.is_search(), new) {
            (true, _) => Empty {
                title: "Nothing matches",
                text: "Search looks for each word in the names of what is in this folder, at any depth.".to_owned(),
                is_first: false,
                way: Some((page.to_owned(), "Clear search")),
                other: None,
                is_dialog: false,
            },
            (false, Some(new)) => Empty {
                title: "This folder is empty",
                text: "Put files and folders into it. Whoever has access here has it in everything that is in it.".to_owned(),
                is_first: true,
                way: Some((format!("{page}/upload"), "Upload files")),
                other: Some((new, "New folder")),
                is_dialog: true,
            },
            (false, None) => Empty {
                title: "This folder is empty",
                text: "What its Editors put into it appears here.".to_owned(),
                is_first: true,
                way: None,
                other: None,
                is_dialog: false,
            },
        }
    }
}

/// The owners along the way first, the nearest before the others.
fn access(conn: &mut PgConnection, found: &Found<SeeFolder>, now: DateTime<Utc>) -> Result<Access> {
    let (permit, path) = (&found.permit, &found.folder.path);
    let owners = store::owners_on(conn, permit, path)?;
    let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    let shares = store::shares_on(conn, permit, path, (None, most), now)?;
    let owners = owners.iter().rev().map(|(_, id)| Subject::Member(*id));
    let given = shares.iter().map(|share| share.subject);
    let subjects: Vec<Subject> = owners.chain(given).collect();
    Access::read(conn, permit.library(), &subjects, shares.len() > MOST)
}
