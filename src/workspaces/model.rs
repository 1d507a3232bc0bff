use diesel::prelude::*;

use crate::{ids::WorkspaceId, schema::workspaces, web::text};

/// In characters.
const LONGEST_SLUG: usize = 48;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub slug: String,
    pub name: String,
}

/// A name that has been checked, and the slug that follows from it.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    name: String,
    slug: String,
}

impl NewWorkspace {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(name: &str) -> Result<Self, String> {
        let name = text::line(name, "a name for the workspace", 80)?;
        let slug: String = slug::slugify(&name).chars().take(LONGEST_SLUG).collect();
        let slug = match slug.trim_matches('-') {
            "" => "workspace".to_owned(),
            slug => slug.to_owned(),
        };
        Ok(Self { name, slug })
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn slug(&self) -> &str {
        &self.slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_follows_from_the_name() {
        let slug = |name: &str| NewWorkspace::parse(name).map(|w| w.slug);
        assert_eq!(slug("Brightwater").as_deref(), Ok("brightwater"));
        assert_eq!(
            slug(" Ärzte & Söhne, Inc. ").as_deref(),
            Ok("arzte-sohne-inc")
        );
        assert_eq!(slug("!!!").as_deref(), Ok("workspace"));
        assert_eq!(
            slug(&"a b".repeat(26)).map(|s| s.len() <= 48 && !s.ends_with('-')),
            Ok(true)
        );
        assert!(slug("").is_err());
    }
}
