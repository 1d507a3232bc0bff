//! *Change expiry*, *Add permissions* and *Remove permissions*: asked, shown key by key, then done.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    super::{
        back::Next,
        expiry,
        list::{self, Read},
        list_path,
    },
    Question,
    all::{Answered, Matching, Picked, Sure, decide, respond},
    none_selected, nothing, parsed, told,
    words::{keys, result},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result, field},
    ids::KeyChangeId,
    keys::{
        actions,
        model::{Bulk, BulkAction},
        views::{BulkEditPage, ExpiryFields},
    },
    permissions::{Permissions, Preset, chosen, custom},
    policy::{self, ManageKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, see_other_with,
        time::Zone,
        ui::{ErrorSummary, PermissionsField, Shell},
    },
    workspaces::{self, KeyLifetimes},
};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edits {
    r#do: BulkAction,
    #[serde(default)]
    id: Vec<String>,
    /// All that a list shows, by the query of its address.
    matching: Option<String>,
    #[serde(default)]
    expiry: String,
    #[serde(default)]
    expires_on: String,
    #[serde(default = "custom")]
    preset: String,
    #[serde(default)]
    permission: Vec<String>,
    apply: Option<String>,
    /// It was shown what changes.
    sure: Option<String>,
    #[serde(default)]
    next: Next,
}

/// The dialog for the terms of an edit.
pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (action, picked, next): (BulkAction, Picked, Next),
    now: DateTime<Utc>,
) -> PageResult {
    let (id, matching) = match picked {
        Picked::These(ids) if ids.is_empty() => {
            return see_other_with(&next.or_list(&list_path(&shell)), none_selected());
        }
        Picked::These(ids) => (ids, None),
        Picked::All(matching) => (Vec::new(), Some(matching.query)),
    };
    let form = Edits {
        r#do: action,
        id,
        matching,
        expiry: String::new(),
        expires_on: String::new(),
        preset: custom(),
        permission: Vec::new(),
        apply: None,
        sure: None,
        next,
    };
    dialog(actor, shell, db, (form, Vec::new()), now)
        .await?
        .ok()
}

pub async fn edit_all(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<Edits>,
) -> PageResult {
    permit::<ManageKeys>(&actor)?;
    if form.apply.is_some() {
        let form = form.with_preset(&policy::held(&actor));
        return dialog(actor, shell, &db, (form, Vec::new()), now)
            .await?
            .ok();
    }
    let (editor, asked, at) = (actor.clone(), form.clone(), (shell.zone, now));
    let ids = parsed(&form.id)?;
    let matching = form.matching.as_deref().map(Matching::parse).transpose()?;
    let done = db
        .run(move |conn| {
            let lifetimes = workspaces::key_lifetimes(conn, &permit::<ManageKeys>(&editor)?)?;
            let bulk = asked.bulk(&policy::held(&editor), lifetimes, at)?;
            let is_sure = asked.sure.is_some();
            if let Some(matching) = matching {
                let sure = if is_sure { Sure::Yes } else { Sure::No };
                let answered = decide(conn, &editor, (bulk, matching), sure, at)?;
                return Ok(Edited::All(Box::new(answered)));
            }
            if is_sure {
                let (outcome, change) = actions::change_all(conn, &editor, &bulk, &ids, now)?;
                return Ok(Edited::Done(result(&bulk, &outcome), change));
            }
            let outcome = actions::preview(conn, &editor, &bulk, &ids, now)?;
            let question = Question::about(conn, &editor, bulk, outcome, at)?;
            Ok(Edited::Asked(Box::new(question)))
        })
        .await;
    match done {
        Ok(Edited::Done(flash, change)) => told(&shell, &form.next, flash, change),
        Ok(Edited::All(answered)) => {
            let terms = (&form.next, form.hidden());
            respond(*answered, shell, terms, None, now)
        }
        Ok(Edited::Asked(question)) if question.outcome.changes.is_empty() => {
            let back = form.next.or_list(&list_path(&shell));
            see_other_with(&back, nothing(form.r#do, &question.outcome))
        }
        Ok(Edited::Asked(question)) => {
            let mut page = question.page(shell, &form.next, ("", None), now);
            page.hidden = form.hidden();
            Page(page).ok()
        }
        Err(Error::Invalid(mistakes)) => dialog(actor, shell, &db, (form, mistakes), now)
            .await?
            .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

/// What came of the form.
enum Edited {
    Done(Flash, Option<KeyChangeId>),
    Asked(Box<Question>),
    All(Box<Answered>),
}

impl Edits {
    /// # Errors
    /// `Invalid` under `expires_on` or `permissions`.
    fn bulk(
        &self,
        held: &Permissions,
        lifetimes: KeyLifetimes,
        (zone, now): (Zone, DateTime<Utc>),
    ) -> Result<Bulk> {
        let permissions = || {
            let given = chosen(&self.preset, &self.permission, held);
            let given = given.and_then(|given| match given.is_empty() {
                true => Err("Choose at least one permission".to_owned()),
                false => Ok(given),
            });
            given.map_err(|why| field("permissions", why))
        };
        match self.r#do {
            BulkAction::ChangeExpiry => expiry::chosen(&self.expiry, &self.expires_on)
                .and_then(|lifetime| lifetime.end(lifetimes, zone, now))
                .map(Bulk::ChangeExpiry)
                .map_err(|why| field(expiry::field(&self.expiry), why)),
            BulkAction::AddPermissions => permissions().map(Bulk::AddPermissions),
            BulkAction::RemovePermissions => permissions().map(Bulk::RemovePermissions),
            _ => Err(Error::Unreadable("No such edit.")),
        }
    }

    /// Without script: the preset as ticks.
    fn with_preset(self, held: &Permissions) -> Self {
        match self.preset.parse::<Preset>() {
            Err(()) => self,
            Ok(preset) => Self {
                permission: preset
                    .permissions(held)
                    .iter()
                    .map(|p| p.to_string())
                    .collect(),
                preset: custom(),
                ..self
            },
        }
    }

    /// The terms, to be sent again with what was shown.
    fn hidden(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("sure", "yes".to_owned()),
            ("do", self.r#do.name().to_owned()),
        ];
        match self.r#do {
            BulkAction::ChangeExpiry => fields.extend([
                ("expiry", self.expiry.clone()),
                ("expires_on", self.expires_on.clone()),
            ]),
            _ => {
                fields.push(("preset", self.preset.clone()));
                let codes = self.permission.iter().cloned();
                fields.extend(codes.map(|code| ("permission", code)));
            }
        }
        fields
    }

    fn permissions_field(&self, held: &Permissions, error: Option<String>) -> PermissionsField {
        let ticked = self.permission.iter();
        let ticked: Permissions = ticked.filter_map(|code| code.parse().ok()).collect();
        let hint = match self.r#do {
            BulkAction::AddPermissions => {
                "Every selected key gets what you tick and keeps what it has."
            }
            _ => "Every selected key loses what you tick and keeps the rest.",
        };
        PermissionsField::new(hint, held, &ticked, &Permissions::default(), &self.preset)
            .error(error)
    }
}

/// The form, with what is wrong with it.
async fn dialog(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (form, mistakes): (Edits, Vec<FieldError>),
    now: DateTime<Utc>,
) -> Result<Page<BulkEditPage>> {
    let ids = parsed(&form.id)?;
    let (editor, zone, n) = (actor.clone(), shell.zone, ids.len());
    let (list, lifetimes): (Read, KeyLifetimes) = db
        .run(move |conn| {
            actions::check_selected(conn, &editor, &ids)?;
            let lifetimes =
                workspaces::find(conn, &permit::<ManageKeys>(&editor)?)?.key_lifetimes();
            Ok((list::read_newest(conn, &editor, (zone, now))?, lifetimes))
        })
        .await?;
    let of = |field| FieldError::of(&mistakes, field);
    let path = list_path(&shell);
    let back = form.next.or_list(&path);
    let those = match form.matching {
        Some(_) => "all keys that match".to_owned(),
        None => keys(n),
    };
    let title = match form.r#do {
        BulkAction::AddPermissions => format!("Add permissions to {those}"),
        BulkAction::RemovePermissions => format!("Remove permissions from {those}"),
        _ => format!("Change the expiry of {those}"),
    };
    let is_expiry = form.r#do == BulkAction::ChangeExpiry;
    let asked = match form.expiry.as_str() {
        "" => expiry::default(lifetimes),
        typed => typed.to_owned(),
    };
    Ok(Page(BulkEditPage {
        list: list.view(&shell, &path, now),
        action: format!("{path}/edits"),
        cancel: back.clone(),
        next: back,
        summary: ErrorSummary::of(&mistakes),
        r#do: form.r#do.name(),
        expiry: is_expiry.then(|| ExpiryFields {
            expiries: expiry::choices(Some(&asked), lifetimes, zone, now),
            expiry_error: of("expiry"),
            date: expiry::date(&form.expires_on, of("expires_on"), lifetimes, (zone, now)),
        }),
        permissions: (!is_expiry)
            .then(|| form.permissions_field(&policy::held(&actor), of("permissions"))),
        ids: form.id,
        matching: form.matching,
        shell: shell.titled(title.clone(), "api").at(path),
        title,
    }))
}
