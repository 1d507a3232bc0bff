//! The fields of a key one by one. What is wrong with any is told at once with what is wrong with others.

use chrono::{DateTime, SubsecRound, Utc};

use crate::{
    error::{Error, FieldError, Result},
    keys::model::{AllowedIps, Origins},
    permissions::Permissions,
    web::{text, time},
    workspaces::RateLimit,
};

#[derive(Default)]
pub struct Mistakes(Vec<FieldError>);

/// Of a list: where, and what.
type InList = Vec<(Option<usize>, String)>;

impl Mistakes {
    /// # Errors
    /// `Invalid`: there is a mistake, here or in `last`.
    pub fn whole<T>(self, last: Result<T, Vec<FieldError>>) -> Result<T> {
        let mut all = self.0;
        match last {
            Ok(whole) if all.is_empty() => return Ok(whole),
            Ok(_) => {}
            Err(more) => all.extend(more),
        }
        Err(Error::Invalid(all))
    }

    pub fn label(&mut self, given: &Option<String>) -> Option<String> {
        let label = text::line(given.as_ref()?, "a label", 80);
        self.one("label", label)
    }

    pub fn permissions(&mut self, given: &Option<Vec<String>>) -> Option<Permissions> {
        match Permissions::sent("permissions", given.as_ref()?) {
            Ok(permissions) => Some(permissions),
            Err(mistakes) => {
                self.0.extend(mistakes);
                None
            }
        }
    }

    /// At least one.
    pub fn some_permissions(&mut self, given: &Option<Vec<String>>) -> Option<Permissions> {
        let permissions = self.permissions(given)?;
        let some = match permissions.is_empty() {
            true => Err("Choose at least one permission".to_owned()),
            false => Ok(permissions),
        };
        self.one("permissions", some)
    }

    pub fn origins(&mut self, given: &Option<Vec<String>>) -> Option<Origins> {
        self.list("allowed_origins", Origins::of(given.as_ref()?))
    }

    pub fn ips(&mut self, given: &Option<Option<Vec<String>>>) -> Option<AllowedIps> {
        let list = given.as_ref()?.as_deref().unwrap_or_default();
        self.list("allowed_ips", AllowedIps::of(list))
    }

    pub fn rate(&mut self, given: &Option<Option<i64>>) -> Option<Option<RateLimit>> {
        let rate = (*given)?.map(RateLimit::parse).transpose();
        self.one("rate_limit_per_minute", rate)
    }

    pub fn moment(&mut self, given: &Option<Option<String>>) -> Option<Option<DateTime<Utc>>> {
        let read = |text: &String| {
            let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
            // As the database keeps it.
            time::sane(at.trunc_subsecs(6))
        };
        let moment = match given.as_ref()? {
            None => Ok(None),
            Some(text) => read(text)
                .map(Some)
                .ok_or_else(|| "Give a time such as 2026-12-20T09:30:00Z".to_owned()),
        };
        self.one("expires_at", moment)
    }

    pub fn future(
        &mut self,
        given: &Option<Option<String>>,
        now: DateTime<Utc>,
    ) -> Option<Option<DateTime<Utc>>> {
        let moment = self.moment(given)?;
        let future = match moment {
            Some(end) if end <= now => Err("Choose a date that is not past".to_owned()),
            other => Ok(other),
        };
        self.one("expires_at", future)
    }

    fn one<T>(&mut self, field: &'static str, read: Result<T, String>) -> Option<T> {
        read.map_err(|why| self.0.push(FieldError::new(field, why)))
            .ok()
    }

    fn list<T>(&mut self, field: &'static str, read: Result<T, InList>) -> Option<T> {
        let mistakes = match read {
            Ok(list) => return Some(list),
            Err(mistakes) => mistakes,
        };
        self.0
            .extend(mistakes.into_iter().map(|(at, why)| match at {
                None => FieldError::new(field, why),
                Some(n) => FieldError::new(format!("{field}[{n}]"), why),
            }));
        None
    }
}
