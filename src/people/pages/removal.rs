//! *Remove from workspace*: asked first, with what becomes of the keys that stay behind.

mod folders;
mod left;
mod taken;

use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use self::{
    folders::{FOLDER, SHARE},
    left::{choices, graces, invitations, left},
};
use super::{OfMember, list_path, workspace};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::MemberId,
    made_keys::{Decision, Decisions, MadeKey, MadeKeys, OfferedGrace},
    owned_folders::{OwnedFolder, OwnedFolders},
    people::{
        actions::{self, Shares},
        model::{Named, State},
        store,
        views::{Others, RemovePage},
    },
    policy::{ManageMembers, permit},
    reached_folders::{Holder, Reach, ReachedFolders},
    sent_invitations::{Fate, SentInvitations},
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other_with,
        time::{self, Zone},
        ui::{ErrorSummary, Shell},
    },
};

/// Keys that are decided one by one; the others together.
const NAMED: i64 = 100;

/// Invitations that are named; the others are counted.
const INVITED: i64 = 10;

/// What was used within it is in use.
const IN_USE: TimeDelta = TimeDelta::days(30);

/// What the fields of single keys are called: this, and the key's id.
const KEY: &str = "key-";

/// A decision for each key by its field; none of them must be made.
#[derive(Deserialize, Default)]
pub struct RemovalForm {
    #[serde(default)]
    others: Option<Decision>,
    #[serde(default)]
    invitations: Fate,
    /// In seconds; empty: as is usual.
    #[serde(default)]
    grace: String,
    /// Of keys and of folders, each by its field.
    #[serde(flatten)]
    each: BTreeMap<String, String>,
}

const UNKNOWN: Error = Error::Unreadable("A field is missing, doubled or unknown.");

impl RemovalForm {
    fn decisions(&self) -> Result<Decisions> {
        let each = self.each.iter().filter(|(field, _)| !is_of_folders(field));
        let each = each.map(|(field, decision)| {
            let id = field.strip_prefix(KEY).ok_or(UNKNOWN)?;
            let decision = Decision::named(decision).ok_or(UNKNOWN)?;
            Ok((id.parse().map_err(|_| Error::NotFound)?, decision))
        });
        if self.others == Some(Decision::TakeOver) {
            return Err(Error::Unreadable(
                "Keys are taken over one by one, not with all others.",
            ));
        }
        Ok(Decisions {
            each: each.collect::<Result<_>>()?,
            others: self.others.unwrap_or(Decision::Keep),
            grace: self.grace.clone(),
        })
    }

    /// What is chosen unless somebody chooses otherwise: a key may be what something runs on.
    fn of(&self, key: &MadeKey, now: DateTime<Utc>) -> Decision {
        let field = format!("{KEY}{}", key.id);
        let is_in_use = |(at, _): &(DateTime<Utc>, String)| now - *at < IN_USE;
        let needs_owner = key.is_personal && key.last_use.as_ref().is_some_and(is_in_use);
        let unasked = match needs_owner {
            true => Decision::TakeOver,
            false => Decision::Keep,
        };
        let chosen = self.each.get(&field).and_then(|name| Decision::named(name));
        chosen.unwrap_or(unasked)
    }
}

fn is_of_folders(field: &str) -> bool {
    field.starts_with(FOLDER) || field.starts_with(SHARE)
}

type Tools = (
    Data<Db>,
    Data<dyn MadeKeys>,
    Data<dyn SentInvitations>,
    Data<dyn OwnedFolders>,
    Data<dyn ReachedFolders>,
);

pub async fn ask(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Path(of): Path<OfMember>,
) -> PageResult {
    let question = Question::read(&tools, actor, of.member, (shell.zone, now)).await?;
    Page(question.page(shell, &RemovalForm::default(), &[], now)).ok()
}

pub async fn remove(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    Path(of): Path<OfMember>,
    Form(form): Form<RemovalForm>,
) -> PageResult {
    let (decisions, fates) = (form.decisions()?, folders::fates(&actor, &form.each)?);
    let shared = folders::shares(&form.each)?;
    let (db, keys, invitations, folders, reached) = tools.clone();
    let (remover, fate) = (actor.clone(), form.invitations);
    let done = db
        .run(move |conn| {
            let shares = Shares {
                reached: reached.get_ref(),
                folders: &shared,
            };
            let what = (keys.get_ref(), &decisions, &shares);
            let invited = (invitations.get_ref(), fate);
            let owned = (folders.get_ref(), &fates);
            actions::remove(conn, &remover, of.member, what, invited, owned, now)
        })
        .await;
    match done {
        Ok((named, taken)) if !taken.is_empty() => {
            Page(taken::page(shell, &named, &taken, now)).created()
        }
        Ok((named, _)) => {
            let flash = Flash::done(
                format!("{} is removed.", named.name),
                "Their access to this workspace ended at once, in every session.",
            );
            let report = format!("{}/{}/report", list_path(&shell), of.member);
            see_other_with(&report, flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let question = Question::read(&tools, actor, of.member, (shell.zone, now)).await?;
            Page(question.page(shell, &form, &mistakes, now)).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

/// Who would be removed, and what they leave.
struct Question {
    named: Named,
    groups: Vec<String>,
    keys: Vec<MadeKey>,
    total: i64,
    graces: Vec<OfferedGrace>,
    invited: Vec<String>,
    invited_total: i64,
    owned: (Vec<OwnedFolder>, i64),
    reach: Reach,
    leaders: Vec<(MemberId, String)>,
    you: Option<MemberId>,
}

impl Question {
    async fn read(
        tools: &Tools,
        actor: Actor,
        id: MemberId,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let (db, tools) = (tools.0.clone(), tools.clone());
        db.run(move |conn| Self::of(conn, &actor, id, &tools, at))
            .await
    }

    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: MemberId,
        (_, keys, invitations, folders, reached): &Tools,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let permit = permit::<ManageMembers>(actor)?;
        let named = actions::check_removal(conn, &permit, id)?;
        let groups = store::groups_of(conn, &permit, id)?.into_iter();
        let groups = groups.map(|(group, _)| group.name).collect();
        let graces = keys.graces();
        let (keys, total) = keys.living(conn, actor, id, NAMED, at)?;
        let (invited, invited_total) = invitations.open(conn, actor, id, INVITED, at.1)?;
        let member = Holder::Member(id);
        let mut reach = reached.reach(conn, actor, &[member], NAMED, at.1)?;
        Ok(Self {
            owned: folders.owned(conn, actor, id, NAMED, at.1)?,
            reach: reach.remove(&member).unwrap_or_default(),
            leaders: folders::leaders(conn, &permit, id)?,
            you: actor.member_id(),
            invited,
            invited_total,
            named,
            groups,
            keys,
            total,
            graces,
        })
    }

    fn page(
        self,
        shell: Shell,
        form: &RemovalForm,
        mistakes: &[FieldError],
        now: DateTime<Utc>,
    ) -> RemovePage {
        let list = list_path(&shell);
        let page = format!("{list}/{}", self.named.member.id);
        let keys_path = shell.workspace.as_ref().map_or("", |w| w.keys.as_str());
        let shown = i64::try_from(self.keys.len()).unwrap_or(i64::MAX);
        let is_active = self.named.member.state() == State::Active;
        let keys = self.keys.iter();
        let has_personal = self.keys.iter().any(|key| key.is_personal);
        RemovePage {
            workspace: workspace(&shell),
            action: format!("{page}/removal"),
            summary: ErrorSummary::of(mistakes),
            total: time::counted(self.total, "key"),
            keys: keys
                .map(|key| left(key, form.of(key, now), keys_path, shell.zone, now))
                .collect(),
            others: (self.total > shown).then(|| Others {
                number: time::counted(self.total - shown, "other key"),
                error: FieldError::of(mistakes, "others"),
                choices: choices(true, form.others.unwrap_or(Decision::Keep)),
            }),
            graces: match has_personal {
                true => graces(&self.graces, &form.grace, shell.zone, now),
                false => Vec::new(),
            },
            grace_error: FieldError::of(mistakes, "grace"),
            invitations: (self.invited_total > 0)
                .then(|| invitations(&self.invited, self.invited_total, form.invitations)),
            share: has_personal
                .then(|| folders::choice(&self.reach, &form.each))
                .flatten(),
            shared: folders::shared(&self.reach, self.owned.1),
            folders: folders::left(
                &self.owned,
                &self.leaders,
                self.you,
                &form.each,
                shell.workspace.as_ref().map_or("", |w| w.folders.as_str()),
                mistakes,
            ),
            groups: self.groups.join(", "),
            suspend: is_active.then(|| format!("{page}/suspension")),
            list_href: list,
            page,
            shell: shell.titled(format!("Remove {}?", self.named.name), "members"),
            name: self.named.name,
        }
    }
}
