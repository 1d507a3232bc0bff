//! Where a folder can be moved: one looks around in the library, or searches it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use url::form_urlencoded;

use super::{TOP, written};
use crate::{
    actor::Actor,
    error::Result,
    ids::FolderId,
    library::{
        files::File,
        find::{all_roles, find, roles_in},
        model::{Folder, Show, Sort, Stretch, Wanted, words},
        pages::crumbs::seen_above,
        store,
        views::{Crumb, PlaceLink, PlacesView},
    },
    policy::{AddToFolder, ReadFolder, UseLibrary, may_in_folder, permit},
};

/// How many are shown; whoever looks for others searches.
const SHOWN: usize = 50;

/// What the top of the library is called.
const LIBRARY: &str = "the Library";

/// The name of a place that one may put something into.
///
/// # Errors
/// `NotFound`, `Forbidden`: they may not.
pub fn named(
    conn: &mut PgConnection,
    actor: &Actor,
    place: Option<FolderId>,
    now: DateTime<Utc>,
) -> Result<String> {
    match place {
        None => Ok(LIBRARY.to_owned()),
        Some(id) => Ok(find::<AddToFolder>(conn, actor, id, now)?.folder.name),
    }
}

/// What is to be moved.
#[derive(Clone, Copy)]
pub enum Moving<'a> {
    Folder(&'a Folder),
    File(&'a File),
}

impl Moving<'_> {
    fn is_in(self) -> Option<FolderId> {
        match self {
            Self::Folder(folder) => folder.parent_id,
            Self::File(file) => Some(file.folder_id),
        }
    }

    /// A folder goes nowhere into itself.
    fn is_on_way_to(self, place: &Folder) -> bool {
        match self {
            Self::Folder(folder) => place.path.contains(folder.id),
            Self::File(_) => false,
        }
    }
}

/// A place in the library, and those in it.
pub struct Places {
    at: Option<Folder>,
    /// The ways up, without the library itself.
    above: Vec<Folder>,
    q: String,
    found: Vec<Folder>,
    is_more: bool,
    /// Empty where the folder can be moved there.
    why_not: &'static str,
}

impl Places {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        moving: Moving<'_>,
        (at, q): (Option<FolderId>, String),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let library = permit::<UseLibrary>(actor)?;
        let wanted = Wanted {
            words: words(&q),
            sort: Sort::Name,
            stretch: Stretch::Newest,
            is_from_end: false,
            most: i64::try_from(SHOWN + 2).unwrap_or(i64::MAX),
        };
        let all = all_roles(conn, &library, now)?;
        let at = match at {
            Some(id) => find::<ReadFolder>(conn, actor, id, now).ok(),
            None => None,
        };
        let mut found = match &at {
            _ if !wanted.words.is_empty() => store::everywhere(conn, &library, &all, &wanted)?,
            None => store::beginnings(conn, &library, (&all, Show::All), &wanted)?,
            Some(at) => store::within(conn, &at.permit, &all, &wanted)?,
        };
        found.retain(|folder| !moving.is_on_way_to(folder));
        let is_more = found.len() > SHOWN;
        found.truncate(SHOWN);
        let (mut above, mut why_not) = (Vec::new(), "");
        if let Some(at) = &at {
            let way = store::ancestors(conn, &at.permit, &at.folder.path)?;
            let roles = roles_in(conn, &library, std::slice::from_ref(&at.folder), now)?;
            let standing = roles.standing(&at.folder.path);
            if !may_in_folder::<AddToFolder>(actor, standing) {
                why_not = "You need to be an Editor here to move something into it.";
            } else if moving.is_on_way_to(&at.folder) {
                why_not = "A folder cannot be moved into itself.";
            }
            above = seen_above(actor, &way, &roles).cloned().collect();
        }
        match (&at, moving) {
            (None, Moving::File(_)) => why_not = "Files are in folders. Choose one.",
            (at, _) if at.as_ref().map(|at| at.folder.id) == moving.is_in() => {
                why_not = "It is here already.";
            }
            _ => {}
        }
        Ok(Self {
            at: at.map(|at| at.folder),
            above,
            q,
            found,
            is_more,
            why_not,
        })
    }

    pub fn view(&self, action: &str, next: &str) -> PlacesView {
        let link = |id: &str| address(action, &[("at", id)], next);
        let name = self.at.as_ref().map(|at| at.name.clone());
        let start = Crumb {
            href: link(TOP),
            name: "Library".to_owned(),
        };
        let above = self.above.iter().map(|folder| Crumb {
            href: link(&folder.id.to_string()),
            name: folder.name.clone(),
        });
        let id = written(self.at.as_ref().map(|at| at.id));
        let is_search = !self.q.trim().is_empty();
        PlacesView {
            crumbs: match self.at {
                Some(_) => [start].into_iter().chain(above).collect(),
                None => Vec::new(),
            },
            here: match (is_search, self.why_not) {
                (false, "") => Some(address(action, &[("to", &id)], next)),
                _ => None,
            },
            why_not: if is_search { "" } else { self.why_not },
            name: name.unwrap_or_else(|| "Library".to_owned()),
            at: id,
            q: self.q.clone(),
            is_search,
            places: self
                .found
                .iter()
                .map(|folder| PlaceLink {
                    href: link(&folder.id.to_string()),
                    name: folder.name.clone(),
                })
                .collect(),
            more: match self.is_more {
                true => "More than these are there. Search for others by name.",
                false => "",
            },
            action: action.to_owned(),
        }
    }
}

/// Of this dialog, somewhere else in it.
pub fn address(action: &str, fields: &[(&str, &str)], next: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields).append_pair("next", next);
    format!("{action}?{}", query.finish())
}
