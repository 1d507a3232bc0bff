//! The progress of a change to all keys that match, and its result.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    bulk::words::{effect, keys_of},
    list_path,
};
use crate::{
    actor::Actor,
    db::Db,
    error::Result,
    ids::KeyRunId,
    keys::{
        actions,
        model::{Bulk, BulkAction, Run, RunState},
        store,
        views::{RunBanner, RunPage},
    },
    policy::{ListKeys, permit},
    web::{
        Form, Now, Page, PageResult, Path, back::Back, see_other, text, time::grouped, ui::Shell,
    },
};

#[derive(Deserialize)]
pub struct OfRun {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    run: KeyRunId,
}

type Request = (Actor, Shell, Data<Db>, Now, Path<OfRun>);

pub async fn show((actor, shell, db, Now(now), Path(of)): Request) -> PageResult {
    let permit = permit::<ListKeys>(&actor)?;
    let (run, undo) = db
        .run(move |conn| {
            let run = store::find_run(conn, &permit, of.run)?;
            let undo = run.ended_at.is_some() && store::can_be_undone(conn, &permit, of.run)?;
            Ok((run, undo))
        })
        .await?;
    Page(page(shell, run, (undo, false), now)?).ok()
}

pub async fn stop(request: Request, _: Form<Back>) -> PageResult {
    let (actor, shell, db, Now(now), Path(of)) = request;
    db.run(move |conn| actions::stop_run(conn, &actor, of.run, now))
        .await?;
    see_other(&address(&shell, of.run))
}

pub async fn undo(request: Request, _: Form<Back>) -> PageResult {
    let (actor, shell, db, Now(now), Path(of)) = request;
    let run = db
        .run(move |conn| actions::start_undo(conn, &actor, of.run, now))
        .await?;
    see_other(&address(&shell, run.id))
}

pub fn address(shell: &Shell, id: KeyRunId) -> String {
    format!("{}/runs/{id}", list_path(shell))
}

/// `is_in_the_way`: another was asked for and not begun.
pub fn page(
    shell: Shell,
    run: Run,
    (can_be_undone, is_in_the_way): (bool, bool),
    now: DateTime<Utc>,
) -> Result<RunPage> {
    let (bulk, state) = (run.bulk()?, run.state());
    let here = address(&shell, run.id);
    let title = title(&run, &bulk);
    let ended = |words: &str| {
        let at = run.ended_at.unwrap_or(now);
        format!("{words} {}.", shell.zone.relative(at, now).text)
    };
    let log = shell.workspace.as_ref().map(|w| {
        let days = (
            shell.zone.date_of(run.started_at),
            shell.zone.date_of(run.ended_at.unwrap_or(now)),
        );
        let action = log_action(&run, &bulk);
        let who = run.started_by_member_id;
        format!(
            "{}?person={who}&action={action}&from={}&to={}",
            w.audit, days.0, days.1
        )
    });
    Ok(RunPage {
        list: list_path(&shell),
        what: if run.is_undo {
            "The keys that this changed become as they were before, unless somebody changed them since.".to_owned()
        } else {
            effect(&bulk, shell.zone)
        },
        started: format!(
            "{} started it {}",
            run.started_by_label,
            shell.zone.relative(run.started_at, now).text
        ),
        state: match state {
            RunState::Running => "Running",
            RunState::Done => "Done",
            RunState::Stopped => "Stopped",
            RunState::Forbidden | RunState::Failed => "Ended early",
        },
        told: match state {
            RunState::Running => "It goes on when you leave this page, and when the server is started again.".to_owned(),
            RunState::Done => ended("It ended"),
            RunState::Stopped => ended("Somebody stopped it"),
            RunState::Forbidden => format!(
                "{} may no longer manage the keys of this workspace. The rest is as it was.",
                run.started_by_label
            ),
            RunState::Failed => "Something failed on our side. The rest is as it was; the log of the server says why.".to_owned(),
        },
        is_running: state == RunState::Running,
        total: run.total,
        passed: run.total - run.left(),
        figures: vec![
            ("Selected", grouped(run.total)),
            ("Changed", grouped(run.changed)),
            ("Skipped", grouped(run.skipped)),
            (
                if state == RunState::Running { "Left" } else { "Not reached" },
                grouped(run.left()),
            ),
        ],
        reasons: run
            .reasons()
            .into_iter()
            .map(|(skip, n)| (keys_of(n), skip.why()))
            .collect(),
        stop: (state == RunState::Running).then(|| format!("{here}/stop")),
        undo: (can_be_undone && !run.is_undo && bulk.can_be_undone())
            .then(|| format!("{here}/reversal")),
        log: log.unwrap_or_default(),
        is_in_the_way,
        shell: shell.titled(title.clone(), "api").at(here.clone()),
        here,
        title,
    })
}

/// On top of the list while a run is on its way.
pub fn banner(shell: &Shell, run: &Run) -> Option<RunBanner> {
    let bulk = run.bulk().ok()?;
    Some(RunBanner {
        title: title(run, &bulk),
        told: format!(
            "{} of {} keys are done.",
            grouped(run.total - run.left()),
            grouped(run.total)
        ),
        href: address(shell, run.id),
    })
}

/// "Revoke 100,000 keys".
fn title(run: &Run, bulk: &Bulk) -> String {
    let verb = bulk.action().map_or("change", BulkAction::verb);
    let phrase = format!("{verb} {}", keys_of(run.total));
    match run.is_undo {
        true => format!("Undo: {phrase}"),
        false => text::capitalized(&phrase),
    }
}

/// What the log says of each key.
fn log_action(run: &Run, bulk: &Bulk) -> &'static str {
    let inverse = bulk.action().filter(|_| run.is_undo);
    let done = match inverse {
        Some(action) => Bulk::inverse(action, None),
        None => Some(bulk.clone()),
    };
    done.and_then(|bulk| bulk.event()).unwrap_or("key.edited")
}
