//! *List files* and *Get a file*.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{ApiFile, one, shown};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, FieldError, Result},
    ids::{FileId, FolderId},
    library::{
        files::{
            find,
            model::{Order, Place},
            store,
        },
        find as find_folder,
    },
    policy::ReadFolder,
    web::{
        Fault, Now, Path, Query,
        api::Answer,
        list::{List, Part},
        paging::{Cursor, OfList},
    },
};

/// A part of the list, in an order.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilesQuery {
    /// `name` unless given; `changed`: what changed last comes first; `size`: the largest does.
    #[schemars(with = "Option<FileOrder>")]
    order: Option<String>,
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before, in the same order.
    cursor: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its type is told")]
enum FileOrder {
    Name,
    NameReversed,
    Changed,
    ChangedReversed,
    Size,
    SizeReversed,
}

impl FilesQuery {
    fn parse(&self, of: &OfList) -> Result<(Order, Part<FileId, Place>)> {
        let mut mistakes = Vec::new();
        let order = self
            .order
            .as_deref()
            .map_or(Some(Order::default()), Order::named);
        let (limit, cursor) = (self.limit.as_deref(), self.cursor.as_deref());
        let part: Part<FileId, Place> = Part::parse(limit, cursor, of, &mut mistakes);
        let Some(order) = order else {
            let names: Vec<&str> = Order::ALL.into_iter().map(Order::name).collect();
            let why = format!("Give one of {}", names.join(", "));
            mistakes.push(FieldError::new("order", why));
            return Err(Error::Invalid(mistakes));
        };
        if part
            .after
            .as_ref()
            .is_some_and(|after| !after.at.is_of(order))
        {
            let why = "Give a next_cursor of this order, or none to begin anew";
            mistakes.push(FieldError::new("cursor", why));
        }
        match mistakes.is_empty() {
            true => Ok((order, part)),
            false => Err(Error::Invalid(mistakes)),
        }
    }
}

pub async fn list(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(folder): Path<FolderId>,
    Query(query): Query<FilesQuery>,
) -> Result<Answer<List<ApiFile>>, Fault> {
    let of = OfList::new(actor.workspace, "files").within(folder);
    let (order, part) = query.parse(&of)?;
    let limit = part.limit;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = db.0.run(move |conn| {
        let found = find_folder::find::<ReadFolder>(conn, &actor, folder, now)?;
        let files = store::list(conn, &found.permit, order, (part.after.as_ref(), most))?;
        let places: Vec<Cursor<FileId, Place>> = files
            .iter()
            .map(|file| Cursor {
                at: order.place(file),
                id: file.id,
            })
            .collect();
        let shown = shown(conn, found.permit.library(), files)?;
        Ok(places.into_iter().zip(shown).collect::<Vec<_>>())
    });
    let place = |row: &(Cursor<FileId, Place>, ApiFile)| row.0.clone();
    let file = |row: (Cursor<FileId, Place>, ApiFile)| row.1;
    Ok(Answer(List::of(rows.await?, limit, &of, place, file)))
}

pub async fn show(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FileId>,
) -> Result<Answer<ApiFile>, Fault> {
    let shown = db.0.run(move |conn| {
        let found = find::find::<ReadFolder>(conn, &actor, id, now)?;
        one(conn, found.folder.permit.library(), found.file)
    });
    Ok(Answer(shown.await?))
}
