//! Whom a new list of allowed addresses would refuse from now on.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::typed::EditForm;
use crate::{
    actor::Actor,
    error::Result,
    ids::KeyId,
    keys::{
        model::{Edit, days::DAYS},
        pages::limits,
        store::{self, Address},
        views::Excluded,
    },
    policy::{ListKeys, permit},
    web::time::{Zone, grouped},
};

const NAMED: usize = 10;

/// None: nobody who used the key of late and still may, or whoever edits it has ticked that they are to be refused.
pub fn by(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    (form, edit): (&EditForm, &Edit),
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Option<Excluded>> {
    let (from, to) = (&edit.from.limits, &edit.to.limits);
    if to.allowed_ips == from.allowed_ips || to.allowed_ips.is_any() || form.confirms(to) {
        return Ok(None);
    }
    let since = now - TimeDelta::days(DAYS.cast_signed());
    let used = store::addresses(conn, &permit::<ListKeys>(actor)?, id, since)?;
    let is_refused = |address: &Address| {
        let ip = address.ip.parse().ok();
        ip.is_some_and(|ip| from.allowed_ips.admits(ip) && !to.allowed_ips.admits(ip))
    };
    let refused: Vec<Address> = used.into_iter().filter(is_refused).collect();
    if refused.is_empty() {
        return Ok(None);
    }
    let more = refused.len().saturating_sub(NAMED);
    let named = refused.into_iter().take(NAMED);
    Ok(Some(Excluded {
        addresses: named
            .map(|address| (address.ip, zone.relative(address.last_served_at, now)))
            .collect(),
        more: match more {
            0 => String::new(),
            n => format!("and {} more", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        },
        list: limits::listed(to),
    }))
}
