//! What the page of an incident is made of.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use super::shares;
use crate::{
    actor::Actor,
    audit::{History, Places},
    error::Result,
    given_shares::{Given, GivenShares},
    ids::{KeyId, MemberId},
    keys::{
        model::{Incident, Key, Ticks},
        store::{self, Family, Listed, Place},
    },
    people,
    policy::{HandleIncidents, ListKeys, ReadHistory, permit},
    web::time::Zone,
    workspaces::{self, SecurityContact},
};

pub struct Read {
    pub listed: Listed,
    /// As it begins, where nothing is noted of it; none where the key was not revoked as compromised.
    pub incident: Option<Incident>,
    pub ticks: Ticks,
    pub replacement: Option<Key>,
    pub places: Vec<Place>,
    pub family: Family,
    /// What it and its family gave, and that is in force.
    pub given: Given,
    pub done_by_it: History,
    pub security_contact: Option<SecurityContact>,
    names: HashMap<MemberId, String>,
}

impl Read {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        (places, shares): (&Places, &dyn GivenShares),
        (zone, now): (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let permit_ = permit::<HandleIncidents>(actor)?;
        let (list, audit) = (permit::<ListKeys>(actor)?, permit::<ReadHistory>(actor)?);
        let listed = store::find(conn, &list, id, (zone, now))?;
        let (incident, ticks) = match store::incident(conn, &permit_, id)? {
            Some((incident, ticks)) => (Some(incident), ticks),
            None => (Incident::of(&listed.key), Ticks::default()),
        };
        let members: Vec<MemberId> = ticks
            .0
            .iter()
            .map(|tick| tick.done_by_member_id)
            .chain(incident.as_ref().and_then(|i| i.opened_by_member_id))
            .collect();
        let replacement = match &incident {
            Some(incident) => store::replacement(conn, &permit_, incident)?,
            None => None,
        };
        let family = store::family(conn, &permit_, &BTreeSet::from([id]))?;
        let given = match &incident {
            Some(open) if open.closed_at.is_none() => {
                shares.given(conn, actor, &family.ids(), shares::MOST, now)?
            }
            _ => Given::default(),
        };
        Ok(Self {
            replacement,
            given,
            places: store::places(conn, &permit_, id)?,
            family,
            done_by_it: History::read_by(conn, &audit, ("key", id.as_str()), (zone, places))?,
            security_contact: workspaces::find(conn, &permit_)?.security_contact,
            names: people::names(conn, &permit_, &members)?,
            listed,
            incident,
            ticks,
        })
    }

    /// What was written down, once the incident is closed.
    pub fn record(&self) -> Option<Value> {
        self.incident.as_ref()?.record.clone()
    }

    pub fn name(&self, id: Option<MemberId>) -> String {
        id.and_then(|id| self.names.get(&id))
            .cloned()
            .unwrap_or_default()
    }
}
