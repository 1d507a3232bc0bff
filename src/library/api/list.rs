//! *List folders* and *Get a folder*.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::ApiFolder;
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, FieldError, Result},
    ids::{FolderId, WorkspaceId},
    library::{
        find::{all_roles, find, roles_in, roles_that_show},
        model::{By, Folder, Show, Sort, Stretch, Wanted},
        store,
    },
    policy::{ReadFolder, UseLibrary, permit},
    web::{
        Fault, Now, Path, Query,
        api::Answer,
        list::{List, Part},
        paging::{Cursor, OfList},
    },
};

/// Which folders.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoldersQuery {
    /// Those in this folder; left out: those that are shared with the key, without what is in them.
    #[schemars(with = "Option<FolderId>")]
    parent_id: Option<String>,
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

type Asked = (Option<FolderId>, OfList, Part<FolderId, By>);

impl FoldersQuery {
    fn parse(&self, workspace: WorkspaceId) -> Result<Asked> {
        let mut mistakes = Vec::new();
        let parent = self.parent_id.as_deref().map(str::parse::<FolderId>);
        if matches!(parent, Some(Err(_))) {
            let why = "Give the id of a folder, or leave it out";
            mistakes.push(FieldError::new("parent_id", why));
        }
        let parent: Option<FolderId> = parent.and_then(Result::ok);
        let list = OfList::new(workspace, "folders");
        let list = match parent {
            None => list,
            Some(parent) => list.within(parent),
        };
        let (limit, cursor) = (self.limit.as_deref(), self.cursor.as_deref());
        let part: Part<FolderId, By> = Part::parse(limit, cursor, &list, &mut mistakes);
        let after = part.after.as_ref();
        if after.is_some_and(|after| !after.at.is_of(Sort::Name)) {
            let why = "Give a next_cursor of this list, or none to begin anew";
            mistakes.push(FieldError::new("cursor", why));
        }
        match mistakes.is_empty() {
            true => Ok((parent, list, part)),
            false => Err(Error::Invalid(mistakes)),
        }
    }
}

pub async fn list(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Query(query): Query<FoldersQuery>,
) -> Result<Answer<List<ApiFolder>>, Fault> {
    let workspace = actor.workspace;
    let (parent, of, part) = query.parse(workspace)?;
    let limit = part.limit;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = db.0.run(move |conn| {
        let permit = permit::<UseLibrary>(&actor)?;
        let wanted = Wanted {
            words: Vec::new(),
            sort: Sort::Name,
            stretch: part.after.map_or(Stretch::Newest, Stretch::OlderThan),
            is_from_end: false,
            most,
        };
        let (folders, roles) = match parent {
            None => {
                let roles = all_roles(conn, &permit, now)?;
                let all = (&roles, Show::All);
                (store::beginnings(conn, &permit, all, &wanted)?, roles)
            }
            Some(parent) => {
                let found = find::<ReadFolder>(conn, &actor, parent, now)?;
                let roles = roles_that_show(conn, &found.permit, now)?;
                let folders = store::within(conn, &found.permit, &roles, &wanted)?;
                let roles = roles_in(conn, &permit, &folders, now)?;
                (folders, roles)
            }
        };
        let shown = |folder: Folder| {
            let place = folder.place(Sort::Name);
            Some((place, ApiFolder::of(folder, &roles, workspace)?))
        };
        Ok(folders.into_iter().filter_map(shown).collect::<Vec<_>>())
    });
    let (place, shown) = (|row: &(Cursor<_, _>, _)| row.0.clone(), |row: (_, _)| row.1);
    Ok(Answer(List::of(rows.await?, limit, &of, place, shown)))
}

pub async fn show(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FolderId>,
) -> Result<Answer<ApiFolder>, Fault> {
    let found = db.0.run(move |conn| {
        let found = find::<ReadFolder>(conn, &actor, id, now)?;
        ApiFolder::of(found.folder, &found.roles, found.permit.workspace()).ok_or(Error::NotFound)
    });
    Ok(Answer(found.await?))
}
