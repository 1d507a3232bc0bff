//! The list, and *Cancel*.

use std::collections::HashMap;

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde::Deserialize;
use url::form_urlencoded;

use super::{OfInvitation, list_path, workspace};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::{InvitationId, MemberId},
    invitations::{
        actions,
        let_in::Promised,
        model::{Invitation, State},
        store::{self, Counts},
        views::{Empty, InvitationList, InvitationRow, InvitationsPage, StateLink},
    },
    people,
    policy::{self, ListMembers, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::Back,
        paging::{Cursor, Slice, Stretch},
        see_other, see_other_with, time,
        ui::{Avatar, Pager, Shell},
    },
};

/// What is empty was not said: a form sends all its fields.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    q: String,
    state: String,
    before: Option<String>,
    after: Option<String>,
}

/// What the address asks for, but for the page of it.
#[derive(Clone, Default)]
pub struct Asked {
    q: String,
    state: State,
}

impl Asked {
    fn parse(query: ListQuery) -> Result<(Self, Stretch<InvitationId>)> {
        let state = match query.state.as_str() {
            "" => State::Open,
            name => State::ALL
                .into_iter()
                .find(|state| state.name() == name)
                .ok_or(Error::NotFound)?,
        };
        let stretch = Stretch::parse(query.before.as_deref(), query.after.as_deref())
            .ok_or(Error::NotFound)?;
        Ok((Self { q: query.q, state }, stretch))
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Open => "",
            state => state.name(),
        }
    }

    fn address(&self, path: &str, place: Option<(&str, String)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [("q", self.q.trim()), ("state", self.state())];
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        query.extend_pairs(place);
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let (asked, stretch) = Asked::parse(query)?;
    let is_first = stretch == Stretch::Newest;
    let read = read(&db, &actor, &asked, stretch, now).await?;
    // The invitations of this page are gone from it; those of the others are not.
    if read.slice.rows.is_empty() && !is_first {
        return see_other(&asked.address(&list_path(&shell), None));
    }
    let list = read.view(&asked, &actor, &shell, now);
    let shell = shell.titled("Invitations", "members");
    Page(InvitationsPage { shell, list }).ok()
}

/// What one page of the list is made of.
pub struct Read {
    slice: Slice<Invitation>,
    counts: Counts,
    groups: HashMap<InvitationId, Vec<String>>,
    names: HashMap<MemberId, String>,
}

pub async fn read(
    db: &Db,
    actor: &Actor,
    asked: &Asked,
    stretch: Stretch<InvitationId>,
    now: DateTime<Utc>,
) -> Result<Read> {
    let (actor, asked) = (actor.clone(), asked.clone());
    db.run(move |conn| Read::of(conn, &actor, &asked, &stretch, now))
        .await
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        asked: &Asked,
        stretch: &Stretch<InvitationId>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let permit = permit::<ListMembers>(actor)?;
        let what = (asked.q.as_str(), asked.state);
        let slice = store::list(conn, &permit, what, stretch, now)?;
        let ids: Vec<InvitationId> = slice.rows.iter().map(|row| row.id).collect();
        let senders = slice.rows.iter().map(|row| row.invited_by_member_id);
        let senders: Vec<MemberId> = senders.collect();
        Ok(Self {
            groups: store::group_names(conn, &permit, &ids)?,
            names: people::names(conn, &permit, &senders)?,
            counts: store::count(conn, &permit, &asked.q, now)?,
            slice,
        })
    }

    pub fn view(
        &self,
        asked: &Asked,
        actor: &Actor,
        shell: &Shell,
        now: DateTime<Utc>,
    ) -> InvitationList {
        let path = list_path(shell);
        let counts = self.counts;
        let link = |text, count, state| StateLink {
            text,
            count,
            href: Asked {
                state,
                ..asked.clone()
            }
            .address(&path, None),
            current: asked.state == state,
        };
        let rows = self.slice.rows.iter();
        InvitationList {
            workspace: workspace(shell),
            new: format!("{path}/new"),
            q: asked.q.clone(),
            state: asked.state(),
            states: vec![
                link("Open", counts.open, State::Open),
                link("Expired", counts.expired, State::Expired),
                link("Accepted", counts.accepted, State::Accepted),
                link("Cancelled", counts.cancelled, State::Cancelled),
            ],
            end: match asked.state {
                State::Open => "Ends",
                State::Expired => "Ended",
                State::Accepted => "Accepted",
                State::Cancelled => "Cancelled",
            },
            rows: rows.map(|of| self.row(of, actor, shell, now)).collect(),
            pager: self.pager(asked, &path),
            empty: self.slice.rows.is_empty().then(|| empty(asked, &path)),
            action: path,
        }
    }

    fn pager(&self, asked: &Asked, path: &str) -> Pager {
        let counts = self.counts;
        let total = match asked.state {
            State::Open => counts.open,
            State::Expired => counts.expired,
            State::Accepted => counts.accepted,
            State::Cancelled => counts.cancelled,
        };
        let Slice { rows, newer, older } = &self.slice;
        let counted = time::counted(total, "invitation");
        let link = |direction, row: &Invitation| {
            let (at, id) = (row.created_at, row.id);
            asked.address(path, Some((direction, Cursor { at, id }.encode())))
        };
        let label = match *newer || *older {
            true => format!("{} of {counted}", rows.len()),
            false => counted,
        };
        Pager::by_time(
            label,
            rows.first()
                .filter(|_| *newer)
                .map(|row| link("after", row)),
            rows.last()
                .filter(|_| *older)
                .map(|row| link("before", row)),
        )
    }

    fn row(
        &self,
        of: &Invitation,
        actor: &Actor,
        shell: &Shell,
        now: DateTime<Utc>,
    ) -> InvitationRow {
        let state = of.state(now);
        let page = format!("{}/{}", list_path(shell), of.id);
        let may_end =
            matches!(state, State::Open | State::Expired) && policy::may_touch(actor, of.role);
        let members = shell.workspace.as_ref().map_or("", |w| w.members.as_str());
        let end = of.accepted_at.or(of.cancelled_at).unwrap_or(of.expires_at);
        let names = self.groups.get(&of.id);
        InvitationRow {
            id: of.id.to_string(),
            avatar: Avatar::mail(),
            email: of.email.clone(),
            member: of.accepted_member_id.map(|id| format!("{members}/{id}")),
            role: of.role.title(),
            groups: names.map(|names| names.join(", ")).unwrap_or_default(),
            by: match actor.member_id() == Some(of.invited_by_member_id) {
                true => "you".to_owned(),
                false => {
                    let name = self.names.get(&of.invited_by_member_id);
                    name.cloned().unwrap_or_default()
                }
            },
            sent: shell.zone.relative(of.sent_at, now),
            end: shell.zone.relative(end, now),
            is_urgent: state == State::Open && of.expires_at - now < TimeDelta::days(1),
            resend: may_end.then(|| format!("{page}/renewal")),
            cancel: may_end.then(|| format!("{page}/cancellation")),
        }
    }
}

fn empty(asked: &Asked, path: &str) -> Empty {
    let all = Asked {
        q: String::new(),
        ..asked.clone()
    };
    match (asked.state, asked.q.trim()) {
        (State::Open, "") => Empty {
            title: "No open invitations",
            text: "Invite people by their email addresses. Each gets a link of their own, which works for 7 days.",
            href: format!("{path}/new"),
            link: "Invite people",
        },
        (_, "") => Empty {
            title: "None of these",
            text: "No invitation is in this state.",
            href: path.to_owned(),
            link: "Show open invitations",
        },
        _ => Empty {
            title: "No invitations match",
            text: "Search looks for a part of the address.",
            href: all.address(path, None),
            link: "Clear search",
        },
    }
}

pub async fn cancel(
    actor: Actor,
    shell: Shell,
    (db, promised): (Data<Db>, Data<Promised>),
    Now(now): Now,
    Path(of): Path<OfInvitation>,
    Form(back): Form<Back>,
) -> PageResult {
    let cancelled = db
        .run(move |conn| actions::cancel(conn, &actor, (of.invitation, &**promised), now))
        .await?;
    let flash = Flash::done(
        format!("The invitation to {} is cancelled.", cancelled.email),
        "Its link opens nothing any more.",
    );
    see_other_with(&back.next.or_list(&list_path(&shell)), flash)
}
