//! *Select all keys that match*: up to 2,000 as if each of them was ticked, more as a run.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    super::{
        back::Next,
        list::{self, ListQuery, Read},
        list_path, runs,
    },
    words::{effect, keys_of, last_used},
};
use crate::{
    actor::Actor,
    db::Db,
    error::Result,
    keys::{
        actions,
        model::{Bulk, BulkAction, MOST, RESTORABLE, Reason, Run, Skip, Wanted},
        store::{self, Counts, Use},
        views::{BulkPage, Confirm, SkippedKeys, Why},
    },
    policy::{ListKeys, ManageKeys, permit},
    web::{
        Page, PageResult, see_other, text,
        time::Zone,
        ui::{ErrorSummary, Shell},
    },
};

/// All keys that a list shows, page after page.
#[derive(Clone)]
pub struct Matching {
    wanted: Wanted,
    /// The same as the query of the list's address.
    pub query: String,
}

impl Matching {
    /// # Errors
    /// `NotFound`: there is no such list.
    pub fn parse(query: &str) -> Result<Self> {
        let (wanted, _) = ListQuery::of(query)?.parse()?;
        Ok(Self {
            query: list::query_of(&wanted),
            wanted,
        })
    }
}

/// What is selected.
pub enum Picked {
    These(Vec<String>),
    /// Too many for one transaction.
    All(Matching),
}

pub async fn picked(
    actor: &Actor,
    db: &Db,
    (ids, matching): (Vec<String>, Option<String>),
    now: DateTime<Utc>,
) -> Result<Picked> {
    permit::<ManageKeys>(actor)?;
    let list = permit::<ListKeys>(actor)?;
    let Some(query) = matching else {
        return Ok(Picked::These(ids));
    };
    let matching = Matching::parse(&query)?;
    let wanted = matching.wanted.clone();
    let found = db
        .run(move |conn| store::matching(conn, &list, &wanted, (None, MOST + 1), now))
        .await?;
    Ok(match found.len() > MOST {
        true => Picked::All(matching),
        false => Picked::These(found.iter().map(ToString::to_string).collect()),
    })
}

/// What came of the question whether to change them all.
pub enum Answered {
    Started(Run),
    /// Another runs.
    Busy(Run),
    Asked(Box<Question>),
}

/// Begins if it is `sure`, which of a revocation is only whoever typed what it does.
pub fn decide(
    conn: &mut PgConnection,
    actor: &Actor,
    (bulk, matching): (Bulk, Matching),
    sure: Sure<'_>,
    at: (Zone, DateTime<Utc>),
) -> Result<Answered> {
    if let Some(run) = store::running(conn, &permit::<ListKeys>(actor)?)? {
        return Ok(Answered::Busy(run));
    }
    let question = Question::about(conn, actor, bulk, matching, at)?;
    let is_sure = match sure {
        Sure::Yes => true,
        Sure::No => false,
        Sure::If(typed) => question.fitting == 0 || typed == question.phrase(),
    };
    if !is_sure {
        return Ok(Answered::Asked(Box::new(question)));
    }
    let Question { bulk, matching, .. } = question;
    let of = (&matching.wanted, matching.query);
    actions::start_run(conn, actor, &bulk, of, at.1).map(Answered::Started)
}

pub enum Sure<'a> {
    Yes,
    No,
    If(&'a str),
}

/// `typed`: to confirm; none where nothing was asked yet.
pub fn respond(
    answered: Answered,
    shell: Shell,
    (next, hidden): (&Next, Vec<(&'static str, String)>),
    typed: Option<&str>,
    now: DateTime<Utc>,
) -> PageResult {
    match answered {
        Answered::Started(run) => see_other(&runs::address(&shell, run.id)),
        Answered::Busy(run) => Page(runs::page(shell, run, (false, true), now)?).conflict(),
        Answered::Asked(question) => {
            let mistake =
                typed.map(|_| format!("The text does not match. Type {}", question.phrase()));
            let is_mistaken = mistake.is_some();
            let typed = (typed.unwrap_or_default(), mistake);
            let page = Page(question.page(shell, (next, hidden), typed, now));
            match is_mistaken {
                true => page.unprocessable(),
                false => page.ok(),
            }
        }
    }
}

/// What a change of all keys that match would do, by what is known without a look at each.
pub struct Question {
    bulk: Bulk,
    action: BulkAction,
    matching: Matching,
    fitting: i64,
    skipped: Vec<(Skip, i64)>,
    use_: Use,
    list: Read,
}

impl Question {
    fn about(
        conn: &mut PgConnection,
        actor: &Actor,
        bulk: Bulk,
        matching: Matching,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let permit = permit::<ListKeys>(actor)?;
        let counts = store::count_matching(conn, &permit, &matching.wanted, at.1)?;
        let action = bulk.action().unwrap_or(BulkAction::ChangeExpiry);
        let (fitting, skipped) = split(action, &counts);
        Ok(Self {
            bulk,
            action,
            use_: store::use_of_matching(conn, &permit, &matching.wanted, at.1)?,
            matching,
            fitting,
            skipped,
            list: list::read_newest(conn, actor, at)?,
        })
    }

    /// "revoke 100,000 keys".
    fn phrase(&self) -> String {
        format!("{} {}", self.action.verb(), keys_of(self.fitting))
    }

    fn page(
        self,
        shell: Shell,
        (next, mut hidden): (&Next, Vec<(&'static str, String)>),
        (typed, mistake): (&str, Option<String>),
        now: DateTime<Utc>,
    ) -> BulkPage {
        let path = list_path(&shell);
        let back = next.or_list(&path);
        let phrase = self.phrase();
        let verb = text::capitalized(&phrase);
        let (noun, icon) = self.action.way();
        hidden.push(("matching", self.matching.query.clone()));
        let undo = match self.bulk.can_be_undone() {
            true => "For a day you can take it back.",
            false => "It cannot be taken back.",
        };
        BulkPage {
            action: format!("{path}/{noun}"),
            cancel: back.clone(),
            next: back,
            icon,
            text: effect(&self.bulk, shell.zone),
            notes: [format!(
                "These are all keys that match, not only those on the page. They change 2,000 at a time, and you can \
                 stop in between. Keys that are made meanwhile stay as they are. {undo}"
            )]
            .into_iter()
            .chain(self.bulk.needs_owner().then(|| ANOTHERS.to_owned()))
            .collect(),
            hidden,
            ids: Vec::new(),
            keys: Vec::new(),
            more: String::new(),
            skipped: self
                .skipped
                .iter()
                .map(|(skip, n)| SkippedKeys {
                    number: keys_of(*n),
                    why: skip.why(),
                    labels: String::new(),
                })
                .collect(),
            // Of so many keys nobody reads which.
            folders: None,
            requests: self.use_.in_words(),
            last_used: last_used(&self.use_, shell.zone, now),
            why: (self.action == BulkAction::Revoke).then(|| Why {
                restorable_until: shell.zone.long_day(now + RESTORABLE),
                compromised: self.bulk == Bulk::Revoke(Reason::Compromised),
                made: MADE_TOO.to_owned(),
                phrase,
                confirm: Confirm {
                    value: typed.to_owned(),
                    error: mistake.clone(),
                    autofocus: mistake.is_none(),
                },
            }),
            summary: ErrorSummary::of_one("confirm", mistake.as_ref()),
            list: self.list.view(&shell, &path, now),
            shell: shell.titled(format!("{verb}?"), "api").at(path),
            verb,
        }
    }
}

/// Nor how many of them are.
const ANOTHERS: &str = "Personal keys of other members are skipped: those are up to their owners.";

/// How many those are is not counted beforehand.
const MADE_TOO: &str = "Keys that were made or rotated with them are revoked too.";

/// How many of them an action fits by their state, and why not the others.
fn split(action: BulkAction, counts: &Counts) -> (i64, Vec<(Skip, i64)>) {
    let Counts {
        active,
        deactivated,
        expired,
        revoked,
        suspended,
        ..
    } = *counts;
    let (fitting, skipped) = match action {
        BulkAction::Activate => (
            deactivated,
            vec![
                (Skip::ActiveAlready, active),
                (Skip::Suspended, suspended),
                (Skip::Expired, expired),
                (Skip::Revoked, revoked),
            ],
        ),
        BulkAction::Deactivate => (
            active,
            vec![
                (Skip::DeactivatedAlready, deactivated),
                (Skip::Suspended, suspended),
                (Skip::Expired, expired),
                (Skip::Revoked, revoked),
            ],
        ),
        BulkAction::Revoke => (
            active + deactivated + expired + suspended,
            vec![(Skip::RevokedAlready, revoked)],
        ),
        BulkAction::Restore => (
            revoked,
            vec![(Skip::NotRevoked, active + deactivated + expired + suspended)],
        ),
        _ => (
            active + deactivated + expired + suspended,
            vec![(Skip::Uneditable, revoked)],
        ),
    };
    let some = skipped.into_iter().filter(|(_, n)| *n > 0);
    (fitting, some.collect())
}
