//! What somebody types to find a name, as the indexes of names compare it.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Nullable, Text},
};

use crate::error::Result;

/// What is typed decides the plan, so none is kept for everything.
const NEW_PLANS: &str = "SET LOCAL plan_cache_mode = force_custom_plan";

/// In characters; nobody's name has more.
const LONGEST: usize = 200;

/// Of those that fit in another way than by how they begin, so many are looked at, however many there are.
pub const LOOKED_AT: i64 = 500;

/// A name is found by how it begins, or by how any of its words begins, whatever the case and the accents.
#[derive(Debug, Clone)]
pub struct Typed {
    /// As it was typed.
    pub text: String,
    /// What begins with it is from here,
    pub from: String,
    /// to before here.
    pub to: String,
    /// What has words that begin with its words, as a `tsquery`.
    pub words: String,
}

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
    #[diesel(sql_type = Nullable<Text>)]
    words: Option<String>,
}

impl Typed {
    /// None: there is no word in it.
    pub fn read(conn: &mut PgConnection, text: &str) -> Result<Option<Self>> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        if text.is_empty() || text.contains('\0') {
            return Ok(None);
        }
        conn.batch_execute(NEW_PLANS)?;
        let found: Folded =
            sql_query("SELECT folded($1) AS folded, beginnings(folded($1))::TEXT AS words")
                .bind::<Text, _>(&text)
                .get_result(conn)?;
        Ok(found.words.map(|words| Self {
            text,
            to: format!("{}\u{10FFFF}", found.folded),
            from: found.folded,
            words,
        }))
    }
}

/// Names with what they are of.
pub type Names<T> = Vec<(String, T)>;

/// Those that begin with what was typed, and where they are too few, the `others` that fit, by name.
pub fn first<T: PartialEq>(
    most: i64,
    begin: Names<T>,
    others: impl FnOnce() -> Result<Names<T>>,
) -> Result<Vec<T>> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let is_enough = begin.len() >= most;
    let mut found: Vec<T> = begin.into_iter().map(|(_, of)| of).collect();
    if !is_enough {
        let mut others = others()?;
        others.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (_, of) in others {
            if !found.contains(&of) {
                found.push(of);
            }
        }
    }
    found.truncate(most);
    Ok(found)
}
