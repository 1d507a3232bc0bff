use chrono::TimeDelta;
use diesel::prelude::*;

use crate::{
    error::FieldError,
    ids::WorkspaceId,
    schema::workspaces,
    web::{text, time::Zone},
};

/// How long a deleted workspace can be restored.
pub const RESTORABLE: TimeDelta = TimeDelta::days(7);

/// In characters.
const LONGEST_SLUG: usize = 48;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub slug: String,
    pub name: String,
    /// A name of the IANA database.
    pub time_zone: String,
}

/// What changes of a workspace; what is none stays as it is.
#[derive(Default, AsChangeset)]
#[diesel(table_name = workspaces)]
pub struct Change<'a> {
    pub name: Option<&'a str>,
    pub time_zone: Option<&'static str>,
}

/// General settings that have been checked; what is none was not said.
#[derive(Debug, Clone)]
pub struct Settings {
    name: Option<String>,
    zone: Option<Zone>,
}

impl Settings {
    /// # Errors
    /// Every mistake, under `name` and `time_zone`.
    pub fn parse(name: Option<&str>, time_zone: Option<&str>) -> Result<Self, Vec<FieldError>> {
        let name = name
            .map(|name| NewWorkspace::parse(name).map(|new| new.name))
            .transpose();
        let zone = time_zone
            .map(|name| Zone::named(name).ok_or("Choose a time zone of the list"))
            .transpose();
        match (name, zone) {
            (Ok(name), Ok(zone)) => Ok(Self { name, zone }),
            (name, zone) => {
                let name = name.err().map(|why| FieldError::new("name", why));
                let zone = zone.err().map(|why| FieldError::new("time_zone", why));
                Err(name.into_iter().chain(zone).collect())
            }
        }
    }

    /// Only what differs, so that two who change different things do not undo each other.
    pub fn changes_of(&self, from: &Self) -> Change<'_> {
        Change {
            name: self.name.as_deref().filter(|_| self.name != from.name),
            time_zone: self.zone.filter(|_| self.zone != from.zone).map(Zone::name),
        }
    }
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
    /// The slug, and others for when it is taken.
    pub(super) fn slugs(&self) -> impl Iterator<Item = String> {
        let short: String = self.slug.chars().take(LONGEST_SLUG - 5).collect();
        let numbered = (2..10_000).map(move |n| format!("{}-{n}", short.trim_matches('-')));
        std::iter::once(self.slug.clone()).chain(numbered)
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
