//! The list, as programs see it: under `/v1`.

use actix_web::web::Data;
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    entry::{AccessEntry, Row},
    subject::{Kind, Subject},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, FieldError, Result},
    ids::WorkspaceId,
    keys,
    library::reach_as_known,
    people,
    policy::{Permit, ReadAccess, permit},
    reached_folders::Holder,
    web::{
        Fault, Now, Query,
        api::Answer,
        list::{List, Part},
        paging::OfList,
    },
};

/// Which of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessQuery {
    /// Only members, groups, or keys.
    #[schemars(with = "Option<Kind>")]
    r#type: Option<String>,
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

pub async fn index(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Query(query): Query<AccessQuery>,
) -> Result<Answer<List<AccessEntry>>, Fault> {
    let workspace = actor.workspace;
    let (only, part) = query.parse(workspace)?;
    let limit = part.limit;
    let rows = db.0.run(move |conn| {
        let permit = permit(&actor)?;
        let rows = read(conn, &permit, only, part)?;
        let holders: Vec<Holder> = rows.iter().map(Row::holder).collect();
        let reach = reach_as_known(conn, &permit, &holders, NAMED, now)?;
        Ok((rows, reach))
    });
    let (rows, reach) = rows.await?;
    let shown = |row: Row| {
        let reach = reach.get(&row.holder()).cloned().unwrap_or_default();
        row.shown(reach, workspace, now)
    };
    Ok(Answer(List::of(
        rows,
        limit,
        &of(workspace),
        Row::place,
        shown,
    )))
}

fn of(workspace: WorkspaceId) -> OfList {
    OfList::new(workspace, "access")
}

/// Folders that are named of each.
const NAMED: i64 = 100;

/// One more than the part has, at most: of each kind what there is room for.
fn read(
    conn: &mut PgConnection,
    permit: &Permit<ReadAccess>,
    only: Option<Kind>,
    part: Part<Subject, ()>,
) -> Result<Vec<Row>> {
    let after = part.after.map(|place| place.id);
    let (mut rows, most) = (Vec::new(), part.limit + 1);
    for kind in Kind::ALL {
        let is_over = after.is_some_and(|after| kind < after.kind());
        let room = i64::try_from(most - rows.len()).unwrap_or(i64::MAX);
        if is_over || room == 0 || only.is_some_and(|only| only != kind) {
            continue;
        }
        match kind {
            Kind::Member => {
                let after = after.and_then(Subject::member);
                let found = people::members_after(conn, permit, after, room)?;
                rows.extend(found.into_iter().map(Row::Member));
            }
            Kind::Group => {
                let after = after.and_then(Subject::group);
                let found = people::groups_after(conn, permit, after, room)?;
                rows.extend(found.into_iter().map(Row::Group));
            }
            Kind::ApiKey => {
                let after = after.and_then(Subject::key);
                let found = keys::keys_after(conn, permit, after, room)?;
                rows.extend(found.into_iter().map(|key| Row::Key(Box::new(key))));
            }
        }
    }
    Ok(rows)
}

impl AccessQuery {
    fn parse(&self, workspace: WorkspaceId) -> Result<(Option<Kind>, Part<Subject, ()>)> {
        let mut mistakes = Vec::new();
        let only = self.r#type.as_deref().and_then(|name| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
            if kind.is_none() {
                let why = "Give member, group or api_key, or leave it out";
                mistakes.push(FieldError::new("type", why));
            }
            kind
        });
        let (limit, cursor) = (self.limit.as_deref(), self.cursor.as_deref());
        let part: Part<Subject, ()> = Part::parse(limit, cursor, &of(workspace), &mut mistakes);
        let place = part.after.as_ref().map(|after| after.id.kind());
        if only.is_some() && place.is_some_and(|kind| Some(kind) != only) {
            let why = "Give a next_cursor that was answered with this type";
            mistakes.push(FieldError::new("cursor", why));
        }
        match mistakes.is_empty() {
            true => Ok((only, part)),
            false => Err(Error::Invalid(mistakes)),
        }
    }
}
