//! Who changed a key last: every change says it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    ids::{KeyId, MemberId},
    policy::{Action, Permit},
    schema::keys,
};

#[derive(AsChangeset, Insertable)]
#[diesel(table_name = keys, treat_none_as_null = true)]
pub struct Touched {
    updated_at: DateTime<Utc>,
    updated_by_member_id: Option<MemberId>,
    updated_by_key_id: Option<KeyId>,
}

impl Touched {
    pub fn by<A: Action>(permit: &Permit<A>, now: DateTime<Utc>) -> Self {
        Self {
            updated_at: now,
            updated_by_member_id: permit.actor().member_id(),
            updated_by_key_id: permit.actor().key_id(),
        }
    }
}
