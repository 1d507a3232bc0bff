//! *Remove from workspace*: asked first, with what becomes of the keys that stay behind.

use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{OfMember, list_path, workspace};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::MemberId,
    made_keys::{Decision, Decisions, MadeKey, MadeKeys},
    people::{
        actions,
        model::{Named, State},
        store,
        views::{DecisionChoice, LeftInvitations, LeftKey, Others, RemovePage},
    },
    policy::{ManageMembers, permit},
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

/// What the fields of single keys are called: this, and the key's id.
const KEY: &str = "key-";

/// A decision for each key by its field; none of them must be made.
#[derive(Deserialize, Default)]
pub struct RemovalForm {
    #[serde(default)]
    others: Option<Decision>,
    #[serde(default)]
    invitations: Fate,
    #[serde(flatten)]
    each: BTreeMap<String, Decision>,
}

impl RemovalForm {
    fn decisions(&self) -> Result<Decisions> {
        let each = self.each.iter().map(|(field, decision)| {
            let id = field
                .strip_prefix(KEY)
                .ok_or(Error::Unreadable("A field is missing, doubled or unknown."))?;
            Ok((id.parse().map_err(|_| Error::NotFound)?, *decision))
        });
        Ok(Decisions {
            each: each.collect::<Result<_>>()?,
            others: self.others.unwrap_or(Decision::Keep),
        })
    }

    /// Without a decision a key is kept: it may be what something runs on.
    fn of(&self, key: &MadeKey) -> Decision {
        let field = format!("{KEY}{}", key.id);
        self.each.get(&field).copied().unwrap_or(Decision::Keep)
    }
}

type Tools = (Data<Db>, Data<dyn MadeKeys>, Data<dyn SentInvitations>);

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
    let decisions = form.decisions()?;
    let (db, keys, invitations) = tools.clone();
    let (remover, fate) = (actor.clone(), form.invitations);
    let done = db
        .run(move |conn| {
            let what = (keys.get_ref(), &decisions);
            let invited = (invitations.get_ref(), fate);
            actions::remove(conn, &remover, of.member, what, invited, now)
        })
        .await;
    match done {
        Ok(named) => {
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
    invited: Vec<String>,
    invited_total: i64,
}

impl Question {
    async fn read(
        (db, keys, invitations): &Tools,
        actor: Actor,
        id: MemberId,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let (keys, invitations) = (keys.clone(), invitations.clone());
        db.run(move |conn| {
            let left = (keys.get_ref(), invitations.get_ref());
            Self::of(conn, &actor, id, left, at)
        })
        .await
    }

    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: MemberId,
        (keys, invitations): (&dyn MadeKeys, &dyn SentInvitations),
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let permit = permit::<ManageMembers>(actor)?;
        let named = actions::check_removal(conn, &permit, id)?;
        let groups = store::groups_of(conn, &permit, id)?.into_iter();
        let groups = groups.map(|(group, _)| group.name).collect();
        let (keys, total) = keys.living(conn, actor, id, NAMED, at)?;
        let (invited, invited_total) = invitations.open(conn, actor, id, INVITED, at.1)?;
        Ok(Self {
            invited,
            invited_total,
            named,
            groups,
            keys,
            total,
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
        RemovePage {
            workspace: workspace(&shell),
            action: format!("{page}/removal"),
            summary: ErrorSummary::of(mistakes),
            total: time::counted(self.total, "key"),
            keys: keys
                .map(|key| left(key, form.of(key), keys_path, shell.zone, now))
                .collect(),
            others: (self.total > shown).then(|| Others {
                number: time::counted(self.total - shown, "other key"),
                error: FieldError::of(mistakes, "others"),
                choices: choices(true, form.others.unwrap_or(Decision::Keep)),
            }),
            invitations: (self.invited_total > 0)
                .then(|| invitations(&self.invited, self.invited_total, form.invitations)),
            groups: self.groups.join(", "),
            suspend: is_active.then(|| format!("{page}/suspension")),
            list_href: list,
            page,
            shell: shell.titled(format!("Remove {}?", self.named.name), "members"),
            name: self.named.name,
        }
    }
}

fn left(
    key: &MadeKey,
    decided: Decision,
    keys_path: &str,
    zone: Zone,
    now: DateTime<Utc>,
) -> LeftKey {
    let calls = time::counted(key.calls, "request");
    LeftKey {
        field: format!("{KEY}{}", key.id),
        page: format!("{keys_path}/{}", key.id),
        label: key.label.clone(),
        tag: key.tag.clone(),
        status: key.status,
        traffic: match &key.last_use {
            Some((at, ip)) => {
                let when = zone.relative(*at, now).text;
                format!("{calls} in 28 days, last {when} from {ip}")
            }
            None => "Never used".to_owned(),
        },
        choices: match key.is_personal {
            true => personal_choices(decided),
            false => choices(key.is_active, decided),
        },
        is_personal: key.is_personal,
    }
}

fn invitations(named: &[String], total: i64, decided: Fate) -> LeftInvitations {
    let more = total - i64::try_from(named.len()).unwrap_or(i64::MAX);
    LeftInvitations {
        number: time::counted(total, "open invitation"),
        to: match more {
            ..=0 => named.join(", "),
            n => format!("{} and {} more", named.join(", "), time::grouped(n)),
        },
        choices: [(Fate::Cancel, "Cancel"), (Fate::TakeOver, "Take over")]
            .map(|(fate, text)| DecisionChoice {
                value: fate.name(),
                text,
                checked: fate == decided,
            })
            .into(),
    }
}

/// It is suspended with its owner anyway.
fn personal_choices(decided: Decision) -> Vec<DecisionChoice> {
    [
        (Decision::Keep, "Leave suspended"),
        (Decision::Revoke, "Revoke"),
    ]
    .map(|(decision, text)| DecisionChoice {
        value: decision.name(),
        text,
        checked: (decision == Decision::Revoke) == (decided == Decision::Revoke),
    })
    .into()
}

/// What does not answer need not be deactivated.
fn choices(is_active: bool, decided: Decision) -> Vec<DecisionChoice> {
    [
        (Decision::Keep, "Keep"),
        (Decision::Deactivate, "Deactivate"),
        (Decision::Revoke, "Revoke"),
    ]
    .into_iter()
    .filter(|(decision, _)| is_active || *decision != Decision::Deactivate)
    .map(|(decision, text)| DecisionChoice {
        value: decision.name(),
        text,
        checked: decision == decided,
    })
    .collect()
}
