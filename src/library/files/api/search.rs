//! *Search files*.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, FieldError, Result},
    ids::{FileId, FolderId},
    library::{
        files::{
            model::{Hit, Query},
            store,
        },
        find::{all_roles, find_among, roles_in},
        store as folders,
    },
    policy::{self, ReadFolder, UseLibrary, permit},
    web::{Fault, Json, Now, api::Answer, json, list::MOST},
};

const USUAL: usize = 20;

/// What to search for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FileSearch")]
pub struct Searching {
    /// Words, each of which is to be in the name; whatever the case, and with accents or without.
    #[schemars(length(min = 1, max = 255), example = &"budget 2026")]
    query: String,
    /// In these folders and all that is in them, at most 100; left out: in all that are shared with the key.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(length(min = 1, max = 100), with = "Vec<FolderId>")]
    folder_ids: Option<Vec<FolderId>>,
    /// 1 to 100; 20 unless given.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "u8", range(min = 1, max = 100))]
    limit: Option<i64>,
}

/// What was found, the best first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FileHits")]
pub struct Hits {
    /// At most `limit`.
    data: Vec<ApiHit>,
}

/// A file that was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FileHit")]
struct ApiHit {
    /// Which one.
    file: FileOfHit,
    /// HTML: the name, with what was searched for in `<mark>` and everything else escaped.
    #[schemars(example = &"<mark>Budget</mark> <mark>2026</mark>.xlsx")]
    passage: String,
    /// 0 to 1: how well it fits. 1: the name is what was searched for.
    #[schemars(range(min = 0, max = 1), example = 0.83)]
    score: f64,
}

/// Which one.
#[derive(Serialize, JsonSchema)]
struct FileOfHit {
    id: FileId,
    #[schemars(example = &"Budget 2026.xlsx")]
    name: String,
    /// The folder that it is in.
    folder_id: FolderId,
}

impl From<Hit> for ApiHit {
    fn from(hit: Hit) -> Self {
        Self {
            passage: hit.passage.html(),
            score: hit.score,
            file: FileOfHit {
                id: hit.file.id,
                name: hit.file.name,
                folder_id: hit.file.folder_id,
            },
        }
    }
}

impl Searching {
    fn check(self) -> Result<(Query, Vec<FolderId>, i64)> {
        let mut mistakes = Vec::new();
        let is_short = self.query.chars().count() <= 255;
        let query = Query::parse(&self.query).filter(|_| is_short);
        if query.is_none() {
            mistakes.push(FieldError::new("query", "Enter 1 to 255 characters"));
        }
        if self.folder_ids.as_ref().is_some_and(Vec::is_empty) {
            let why = "Name at least one folder, or leave it out";
            mistakes.push(FieldError::new("folder_ids", why));
        }
        let mut folders = self.folder_ids.unwrap_or_default();
        folders.sort_unstable();
        folders.dedup();
        if folders.len() > MOST {
            let why = format!("Give at most {MOST} folders");
            mistakes.push(FieldError::new("folder_ids", why));
        }
        let usual = i64::try_from(USUAL).unwrap_or(i64::MAX);
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let limit = self.limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            let why = format!("Give a whole number from 1 to {MOST}");
            mistakes.push(FieldError::new("limit", why));
        }
        match query {
            Some(query) if mistakes.is_empty() => Ok((query, folders, limit)),
            _ => Err(Error::Invalid(mistakes)),
        }
    }
}

pub async fn search(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Json(asked): Json<Searching>,
) -> Result<Answer<Hits>, Fault> {
    let (query, within, limit) = asked.check()?;
    let hits = db.0.run(move |conn| {
        let permit = permit::<UseLibrary>(&actor)?;
        let asked = folders::some_of(conn, &permit, &within)?;
        let on_them = roles_in(conn, &permit, &asked, now)?;
        if asked.len() < within.len() {
            return Err(Error::NotFound);
        }
        for folder in asked {
            find_among::<ReadFolder>(policy::permit(&actor)?, folder, on_them.clone())?;
        }
        let roles = all_roles(conn, &permit, now)?;
        store::search(conn, &permit, (&roles, &within), &query, limit)
    });
    let data = hits.await?.into_iter().map(ApiHit::from).collect();
    Ok(Answer(Hits { data }))
}
