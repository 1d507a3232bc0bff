//! A group: a named set of members, and what it allows them.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::{error::FieldError, ids::GroupId, permissions::Permissions, schema::groups, web::text};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = groups, check_for_backend(diesel::pg::Pg))]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    /// The name as it is sorted.
    pub folded: String,
    /// May be empty.
    pub description: String,
    /// What it adds to what every member has.
    pub permissions: Permissions,
}

impl Group {
    /// What the audit log keeps of how it is called.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "description": self.description })
    }
}

/// Name and description of a group, checked but for what only the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    pub name: String,
    pub description: String,
}

impl NewGroup {
    /// # Errors
    /// Every mistake, under `name` and `description`.
    pub fn parse(name: &str, description: &str) -> Result<Self, Vec<FieldError>> {
        let description = match description.trim() {
            "" => Ok(String::new()),
            typed => text::line(typed, "a description", 200),
        };
        match (text::line(name, "a name for the group", 80), description) {
            (Ok(name), Ok(description)) => Ok(Self { name, description }),
            (name, description) => {
                let name = name.err().map(|why| FieldError::new("name", why));
                let description = description
                    .err()
                    .map(|why| FieldError::new("description", why));
                Err(name.into_iter().chain(description).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_be_missing_but_not_a_name() {
        let new = NewGroup::parse(" Engineering ", " ").expect("a good name");
        assert_eq!(
            (new.name.as_str(), new.description.as_str()),
            ("Engineering", "")
        );
        let mistakes = NewGroup::parse("", &"ä".repeat(201)).expect_err("two mistakes");
        let fields: Vec<&str> = mistakes.iter().map(|m| &*m.field).collect();
        assert_eq!(fields, ["name", "description"]);
        assert!(NewGroup::parse("Engineering", &"ä".repeat(200)).is_ok());
    }
}
