//! What somebody asks, as those who decide see it.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{OfRequest, find, names::Names, path, read::Sight};
use crate::{
    actor::{Actor, FolderRole},
    db::{Db, Typed},
    error::{FieldError, Result},
    keys,
    library::{Folder, FolderBehind, Share, Subject},
    policy,
    sharing::{
        model::{Pick, Request, State},
        store,
        views::{Answer, RequestPage},
    },
    web::{
        Page,
        ui::{Chip, ErrorSummary, Found, Picker, Shell, last_moment},
    },
};

/// What was typed into the page.
#[derive(Clone, Default)]
pub struct Asked {
    pub picks: Option<Vec<Pick>>,
    pub q: String,
    pub role: Option<FolderRole>,
    pub reason: String,
    pub mistakes: Vec<FieldError>,
}

/// For whoever may answer.
pub fn sight(
    conn: &mut PgConnection,
    actor: &Actor,
    of: &OfRequest,
    now: DateTime<Utc>,
) -> Result<Sight> {
    let sight = Sight::read(conn, actor, of.folder, now)?;
    policy::check_may_share_with_keys(actor)?;
    Ok(sight)
}

struct Read {
    behind: FolderBehind,
    folder: Folder,
    request: Request,
    by: String,
    chosen: Vec<Chip>,
    /// What those that are chosen have already.
    has: Vec<(String, Share)>,
    found: Found,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        (of, asked): (&OfRequest, &Asked),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let sight = sight(conn, actor, of, now)?;
        let request = store::find(conn, &sight.found.permit, of.request)?;
        let asker = Subject::Member(request.asked_by_member_id);
        let names = Names::read(conn, sight.found.permit.library(), &[asker])?;
        let picks = match &asked.picks {
            Some(picks) => picks.clone(),
            // What is called just so is what they mean.
            None => called(conn, &sight, &request.wanted)?,
        };
        let q = match asked.q.is_empty() && asked.picks.is_none() && picks.is_empty() {
            true => request.wanted.as_str(),
            false => asked.q.as_str(),
        };
        Ok(Self {
            behind: FolderBehind::first(conn, actor, of.folder, now)?,
            by: names.of(asker).unwrap_or("A former member").to_owned(),
            has: has(conn, &sight, &picks, now)?,
            chosen: find::chips(conn, &sight, &picks)?,
            found: find::keys(conn, &sight, (q, &picks), now)?,
            folder: sight.found.folder,
            request,
        })
    }
}

fn has(
    conn: &mut PgConnection,
    sight: &Sight,
    picks: &[Pick],
    now: DateTime<Utc>,
) -> Result<Vec<(String, Share)>> {
    let subjects = picks.iter().filter_map(|pick| match pick {
        Pick::Known(subject) => Some(*subject),
        Pick::Email(_) => None,
    });
    let present = find::present(conn, sight, &subjects.collect::<Vec<_>>(), now)?;
    let subjects: Vec<Subject> = present.keys().copied().collect();
    let names = Names::read(conn, sight.found.permit.library(), &subjects)?;
    let named = present
        .into_values()
        .filter_map(|share| Some((names.of(share.subject)?.to_owned(), share)));
    Ok(named.collect())
}

fn called(conn: &mut PgConnection, sight: &Sight, label: &str) -> Result<Vec<Pick>> {
    let Some(typed) = Typed::read(conn, label)? else {
        return Ok(Vec::new());
    };
    let found = keys::to_share(conn, sight.found.permit.library(), &typed, 1)?;
    let is_it = |key: &&keys::Key| key.label.to_lowercase() == typed.text.to_lowercase();
    let found = found.first().filter(is_it);
    Ok(found
        .map(|key| Pick::Known(Subject::Key(key.id)))
        .into_iter()
        .collect())
}

pub async fn page(
    actor: &Actor,
    shell: Shell,
    db: &Data<Db>,
    of: &OfRequest,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<Page<RequestPage>> {
    let (asker, of, kept) = (actor.clone(), of.clone(), asked.clone());
    let read = db
        .run(move |conn| Read::of(conn, &asker, (&of, &kept), now))
        .await?;
    Ok(Page(view(actor, read, shell, asked, now)))
}

/// "production-server is an Editor of this folder already, until the end of 1 December 2026."
fn already(name: &str, (share, is_here): (&Share, bool), shell: &Shell) -> String {
    let through = match is_here {
        true => "",
        false => " by one above it",
    };
    let until = match share.expires_at {
        Some(end) => {
            let day = shell.zone.long_day(last_moment(end));
            format!(", until the end of {day}")
        }
        None => String::new(),
    };
    format!(
        "{name} is {} of this folder already{through}{until}. Approving takes nothing from it.",
        share.role.article()
    )
}

fn view(actor: &Actor, read: Read, shell: Shell, asked: Asked, now: DateTime<Utc>) -> RequestPage {
    let behind = read.behind.view(actor, &shell, now);
    let (request, folder) = (read.request, read.folder);
    let share = path(&shell, folder.id);
    let here = format!("{share}/requests/{}", request.id);
    let error = |field| FieldError::of(&asked.mistakes, field);
    let role = asked.role.unwrap_or(request.role);
    let is_open = request.state() == State::Open;
    let answer = is_open.then(|| Answer {
        approve: format!("{here}/approval"),
        decline: format!("{here}/refusal"),
        picker: Picker {
            label: "API key",
            hint: "The key that gets the role. It has access at once.",
            q: asked.q,
            find: here.clone(),
            chosen: read.chosen,
            found: read.found,
            error: error("subject"),
            autofocus: asked.mistakes.is_empty(),
        },
        has: (read.has.iter())
            .map(|(name, share)| already(name, (share, share.folder == folder.id), &shell))
            .collect(),
        is_editor: role == FolderRole::Editor,
        reason: asked.reason,
        reason_error: error("reason"),
    });
    RequestPage {
        summary: ErrorSummary::of(&asked.mistakes),
        by: read.by,
        role: request.role.article(),
        wanted: request.wanted.clone(),
        note: request.note.clone(),
        at: shell.zone.relative(request.asked_at, now),
        outcome: match request.state() {
            State::Open => "",
            State::Withdrawn => "This was withdrawn by whoever asked.",
            State::Approved => "This was approved.",
            State::Declined => "This was declined.",
        },
        answer,
        folder: behind,
        name: folder.name.clone(),
        shell: shell
            .titled(format!("API key for {}", folder.name), "library")
            .at(here),
        share,
    }
}
