//! The list of all folders, or of those that somebody or something reaches.

use std::collections::{BTreeSet, HashMap};

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    actions,
    asked::{Asked, ListQuery, Part, Who},
    library_path, list_path,
    model::Folder,
    reach::{self, Reached},
    rows::{empty, figures, owners, pages, row},
    store::{self, Figures, OwnerIs, Reaching},
    views::{Choice, LibraryPage, Link, WhoView},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::{FolderId, MemberId},
    library::files::{self, Size, Total},
    objects::{self, Space},
    people,
    policy::{ManageLibrary, permit},
    web::{
        Now, Page, PageResult, Query,
        paging::{Slice, Stretch},
        see_other,
        ui::Shell,
    },
};

/// Owners to choose from, at most: with more, the name of a folder finds it sooner.
const OWNERS: i64 = 1_000;

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    permit::<ManageLibrary>(&actor)?;
    let (asked, part) = Asked::parse(query)?;
    let is_first = matches!(part.stretch, Stretch::Newest) && part.page == 1;
    let wanted = asked.clone();
    let read = db
        .run(move |conn| Read::of(conn, &actor, &wanted, &part, now))
        .await?;
    let asked = Asked {
        who: read.who.as_ref().map(|about| about.who),
        ..asked
    };
    if read.is_empty() && !is_first {
        return see_other(&asked.address(&list_path(&shell)));
    }
    Page(page(asked, read, shell, now)?).ok()
}

/// What one page of the list is made of.
pub struct Read {
    pub slice: Slice<Folder>,
    pub total: i64,
    pub reaching: HashMap<FolderId, Reaching>,
    /// The folders in which those of the page are, by name.
    pub above: HashMap<FolderId, String>,
    pub sizes: HashMap<FolderId, Size>,
    /// Of the folders of the page, and of others, to choose from.
    pub owners: HashMap<MemberId, String>,
    /// Of the whole library, where the list begins.
    pub figures: Option<(Figures, Total, Space)>,
    pub who: Option<About>,
    matches: Option<Vec<reach::Found>>,
}

/// Whom or what the list is about.
pub struct About {
    who: Who,
    name: String,
    /// Why they reach none of it; may be empty.
    stopped: &'static str,
    pub reached: Reached,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        asked: &Asked,
        part: &Part,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let permit = permit::<ManageLibrary>(actor)?;
        let who = match asked.who {
            None => None,
            Some(who) => {
                let who = reach::whose(conn, &permit, who)?;
                Some(About {
                    who,
                    name: actions::name_of(conn, &permit, who.0)?.ok_or(Error::NotFound)?,
                    stopped: reach::stopped(conn, &permit, who)?,
                    reached: Reached::read(conn, &permit, who, part.page, now)?,
                })
            }
        };
        let wanted = asked.wanted()?;
        let (slice, total) = match &who {
            Some(About { reached, .. }) => (reached.slice(), reached.total),
            None => {
                let how = (asked.sort()?, &part.stretch);
                let slice = store::list_all(conn, &permit, &wanted, how, now)?;
                (slice, store::count_all(conn, &permit, &wanted, now)?)
            }
        };
        let ids: Vec<FolderId> = slice.rows.iter().map(|folder| folder.id).collect();
        let mut owners = store::owners(conn, &permit, OWNERS)?;
        owners.extend(slice.rows.iter().filter_map(|f| f.owner_member_id));
        owners.extend(wanted.owner.and_then(OwnerIs::member));
        let figures = match asked.is_everything() && matches!(part.stretch, Stretch::Newest) {
            true => Some((
                store::figures(conn, &permit, now)?,
                files::total(conn, &permit)?,
                objects::space(conn, &permit)?,
            )),
            false => None,
        };
        let above: BTreeSet<FolderId> = slice
            .rows
            .iter()
            .flat_map(|f| f.path.above())
            .copied()
            .collect();
        let above = store::find_all(conn, &permit, &above.into_iter().collect::<Vec<_>>())?;
        Ok(Self {
            sizes: files::sizes(conn, &permit, &ids)?,
            owners: people::names(conn, &permit, &owners)?,
            reaching: match who {
                None => store::reaching(conn, &permit, &ids, now)?,
                Some(_) => HashMap::new(),
            },
            matches: reach::find(conn, &permit, &asked.find)?,
            figures,
            above: above.into_iter().map(|f| (f.id, f.name)).collect(),
            slice,
            total,
            who,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.slice.rows.is_empty()
    }
}

fn page(asked: Asked, read: Read, shell: Shell, now: DateTime<Utc>) -> Result<LibraryPage> {
    let path = list_path(&shell);
    let back = asked.address(&path);
    let sort = asked.sort()?;
    let state = |in_trash| {
        Asked {
            in_trash,
            ..Asked::default()
        }
        .address(&path)
    };
    let choice = |value: &str, text: &str, chosen: &str| Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        selected: value == chosen,
    };
    let rows = read.slice.rows.iter();
    Ok(LibraryPage {
        workspace: shell
            .workspace
            .as_ref()
            .map(|w| w.name.clone())
            .unwrap_or_default(),
        new: format!("{}/new", library_path(&shell)),
        figures: figures(&read, &path),
        selection: format!("{path}/selection"),
        q: asked.q.clone(),
        find: asked.find.clone(),
        owners: owners(&asked, &read),
        accesses: vec![
            choice("", "Any access", &asked.access),
            choice("key", "Shared with an API key", &asked.access),
            choice("owner", "Only the owner", &asked.access),
            choice("nobody", "Nobody", &asked.access),
        ],
        sorts: vec![
            choice("", "By name", &asked.sort),
            choice("newest", "Newest first", &asked.sort),
        ],
        state: asked.state(),
        living: Link {
            text: "Folders",
            href: state(false),
            current: !asked.in_trash,
        },
        trash: Link {
            text: "Trash",
            href: state(true),
            current: asked.in_trash,
        },
        who: read.who.as_ref().map(|about| WhoView {
            value: about.who.encode(),
            name: about.name.clone(),
            stopped: about.stopped,
            clear: path.clone(),
        }),
        matches: read.matches.as_ref().map(|found| {
            let shown = found.iter().map(|found| found.view(&path));
            shown.collect()
        }),
        empty: read.is_empty().then(|| empty(&asked, &path)),
        rows: rows
            .map(|folder| row(folder, &read, &asked, &shell, now))
            .collect(),
        pages: pages(&read, &back, sort),
        back,
        action: path,
        shell: shell.titled("Library", "all-folders"),
    })
}
