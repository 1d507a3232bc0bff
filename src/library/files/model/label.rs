//! Words that are put on files.

use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};

use crate::{
    error::{FieldError, Result},
    ids::LabelId,
    library::model::composed,
    schema::labels,
    web::text,
};

/// On one file.
pub const MOST_LABELS: usize = 50;
const LONGEST: usize = 80;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = labels, check_for_backend(Pg))]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    /// The name as it is sorted.
    pub folded: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// 1 to 80 characters on one line; of a workspace, no two that differ by case alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelName(String);

impl LabelName {
    /// # Errors
    /// What to do about it, under `name`.
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        text::line(&composed(name), "a name for the label", LONGEST)
            .map(Self)
            .map_err(|why| FieldError::new("name", why))
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}
