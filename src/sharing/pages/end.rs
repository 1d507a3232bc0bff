//! When somebody's role ends: another day, or no end.

use serde::Deserialize;

use super::{
    OfSubject,
    change::{check, name, undo},
    dialog::{self, Tools, Typed, TypedEnd},
    path,
};
use crate::{
    actor::Actor,
    error::{Error, FieldError},
    ids::ShareId,
    library::{self, Grant},
    sharing::model::parse_end,
    web::{Flash, Form, Now, PageResult, Path, see_other_with, ui::Shell},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndForm {
    /// Empty: no end.
    #[serde(default)]
    ends_on: String,
    /// The page of the list that the row is on.
    after: Option<ShareId>,
    r#do: Option<Do>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Do {
    Remove,
}

pub async fn change_end(
    (actor, shell): (Actor, Shell),
    tools: Tools,
    Now(now): Now,
    Path(of): Path<OfSubject>,
    Form(form): Form<EndForm>,
) -> PageResult {
    let subject = of.subject()?;
    let ends_at = match form.r#do {
        Some(Do::Remove) => Ok(None),
        None => parse_end(&form.ends_on, shell.zone, now),
    };
    let ends_at = ends_at.map_err(|why| Error::Invalid(vec![FieldError::new("ends_on", why)]));
    let done = match ends_at {
        Err(mistake) => Err(mistake),
        Ok(expires_at) => {
            let giver = actor.clone();
            let given = tools.0.run(move |conn| {
                check(conn, &giver, (of.folder, subject), now)?;
                let before = library::direct(conn, &giver, (of.folder, subject), now)?;
                let grant = Grant {
                    subject,
                    role: before.role,
                    expires_at,
                };
                let (folder, _) = library::set_access(conn, &giver, of.folder, &[grant], now)?;
                Ok((folder, before, expires_at, name(conn, &giver, subject)?))
            });
            given.await
        }
    };
    match done {
        Ok((folder, before, ends_at, name)) => {
            let strong = match ends_at {
                Some(end) => {
                    let day = shell.zone.long_day(crate::web::ui::last_moment(end));
                    format!(
                        "{name} has access to {} until the end of {day}.",
                        folder.name
                    )
                }
                None => format!("{name} has access to {} without an end.", folder.name),
            };
            let flash = Flash::done(strong, "").undo(undo(&shell, &folder, &before));
            see_other_with(&path(&shell, folder.id), flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let why = mistakes.into_iter().map(|mistake| mistake.message).next();
            let typed = Typed {
                end: Some(TypedEnd {
                    subject,
                    value: form.ends_on,
                    why: why.unwrap_or_default(),
                }),
                ..Typed::nothing(String::new())
            };
            let what = (of.folder, form.after);
            let again = dialog::page(&actor, shell, &tools, what, typed, now);
            again.await?.unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}
