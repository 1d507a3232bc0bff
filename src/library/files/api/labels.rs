//! *List labels*, *Create*, *Rename* and *Delete a label*.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::ApiLabel;
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, Result},
    ids::LabelId,
    library::files::{
        actions,
        model::{Label, LabelName},
        store,
    },
    policy::{UseLibrary, permit},
    web::{
        Fault, Json, Now, Path, Query,
        api::{Answer, Created, NoContent},
        list::{List, Part},
        paging::{Cursor, OfList},
    },
};

/// A part of the list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelsQuery {
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

/// What a label is called.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LabelContent")]
pub struct Naming {
    /// 1 to 80 characters on one line, different from those of other labels, whatever the case.
    #[schemars(example = &"Draft")]
    name: String,
}

impl Naming {
    fn check(&self) -> Result<LabelName> {
        LabelName::parse(&self.name).map_err(|mistake| Error::Invalid(vec![mistake]))
    }
}

pub async fn list(
    actor: Actor,
    db: Data<ApiDb>,
    Query(query): Query<LabelsQuery>,
) -> Result<Answer<List<ApiLabel>>, Fault> {
    let of = OfList::new(actor.workspace, "labels");
    let mut mistakes = Vec::new();
    let (limit, cursor) = (query.limit.as_deref(), query.cursor.as_deref());
    let part: Part<LabelId, String> = Part::parse(limit, cursor, &of, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes).into());
    }
    let limit = part.limit;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = db.0.run(move |conn| {
        let permit = permit::<UseLibrary>(&actor)?;
        store::labels(conn, &permit, (part.after.as_ref(), most))
    });
    let place = |label: &Label| Cursor {
        at: label.folded.clone(),
        id: label.id,
    };
    let list = List::of(rows.await?, limit, &of, place, ApiLabel::from);
    Ok(Answer(list))
}

pub async fn create(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Json(new): Json<Naming>,
) -> Result<Created<ApiLabel>, Fault> {
    let name = new.check()?;
    let made =
        db.0.run(move |conn| actions::create_label(conn, &actor, &name, now));
    Ok(Created(made.await?.into()))
}

pub async fn rename(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<LabelId>,
    Json(to): Json<Naming>,
) -> Result<Answer<ApiLabel>, Fault> {
    let name = to.check()?;
    let renamed =
        db.0.run(move |conn| actions::rename_label(conn, &actor, (id, &name), now));
    Ok(Answer(renamed.await?.into()))
}

pub async fn delete(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<LabelId>,
) -> Result<NoContent, Fault> {
    db.0.run(move |conn| actions::delete_label(conn, &actor, id, now))
        .await?;
    Ok(NoContent)
}
