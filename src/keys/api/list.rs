//! *List keys* and *Get a key*.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{kind::OfKind, shape::ApiKey};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, FieldError},
    ids::KeyId,
    keys::{
        model::{OwnedBy, Search, State, Wanted},
        store::{self, Shown},
    },
    policy::{ListKeys, permit},
    web::{
        Fault, Now, Path, Query,
        api::Answer,
        list::{List, Part},
        paging::{Cursor, OfList},
    },
    workspaces,
};

/// Which keys; all that is given holds together.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeysQuery {
    /// Those in this state; in every state unless given.
    #[schemars(with = "Option<State>")]
    status: Option<String>,
    /// A part of the label, whatever the case, or the beginning of the id.
    #[schemars(example = &"production")]
    q: Option<String>,
    /// `workspace`: its own keys; `members`: personal keys; or the id of a member: theirs.
    #[schemars(example = &"workspace")]
    owner: Option<String>,
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

const OWNER: &str = "Give workspace, members or the id of a member";

impl KeysQuery {
    fn parse(&self, of: &OfList) -> Result<(Wanted, Option<State>, Part<KeyId>), Vec<FieldError>> {
        let mut mistakes = Vec::new();
        let every = || State::ALL.into_iter().chain([State::Rotating]);
        let state = self.status.as_deref().and_then(|name| {
            let state = every().find(|state| state.name() == name);
            if state.is_none() {
                let names: Vec<&str> = every().map(State::name).collect();
                let why = format!("Give one of {}", names.join(", "));
                mistakes.push(FieldError::new("status", why));
            }
            state
        });
        let owner = self.owner.as_deref().and_then(|name| {
            // A key is nobody who has keys.
            let owner = OwnedBy::named(name).filter(|owner| *owner != OwnedBy::Me);
            if owner.is_none() {
                mistakes.push(FieldError::new("owner", OWNER));
            }
            owner
        });
        let (limit, cursor) = (self.limit.as_deref(), self.cursor.as_deref());
        let part = Part::parse(limit, cursor, of, &mut mistakes);
        let wanted = Wanted {
            owner,
            search: self.q.as_deref().and_then(Search::parse),
            ..Wanted::default()
        };
        match mistakes.is_empty() {
            true => Ok((wanted, state, part)),
            false => Err(mistakes),
        }
    }
}

pub async fn list<K: OfKind>(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Query(query): Query<KeysQuery>,
) -> Result<Answer<List<ApiKey>>, Fault> {
    let of = OfList::new(actor.workspace, "keys").within(K::KIND.name());
    let (wanted, state, part) = query.parse(&of).map_err(Error::Invalid)?;
    let limit = part.limit;
    let (rows, workspace) =
        db.0.run(move |conn| {
            let permit = permit::<ListKeys>(&actor)?;
            let workspace = workspaces::find(conn, &permit)?;
            let which = (K::KIND, &wanted, state);
            let stretch = (part.after.as_ref(), limit + 1);
            let rows = store::list_shown(conn, &permit, which, stretch, now)?;
            Ok((rows, workspace))
        })
        .await?;
    let place = |row: &Shown| Cursor {
        at: row.key.created_at,
        id: row.key.id,
    };
    let shown = |row| ApiKey::of(row, &workspace, now);
    Ok(Answer(List::of(rows, limit, &of, place, shown)))
}

pub async fn show<K: OfKind>(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<KeyId>,
) -> Result<Answer<ApiKey>, Fault> {
    let shown = db.0.run(move |conn| {
        let permit = permit::<ListKeys>(&actor)?;
        let workspace = workspaces::find(conn, &permit)?;
        let shown = store::find_shown(conn, &permit, (K::KIND, id))?;
        Ok(ApiKey::of(shown, &workspace, now))
    });
    Ok(Answer(shown.await?))
}
