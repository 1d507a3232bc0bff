//! Which keys a permit reaches. Every query that somebody asks for begins here: the column of the workspace is named
//! nowhere else but where no permit is, so the filter cannot be forgotten.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Bool, Uuid},
};

use crate::{
    ids::{MemberId, WorkspaceId},
    policy::{Action, Permit},
};

/// A condition on `keys`, also where they are joined with others.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    workspace: WorkspaceId,
    owner: Option<MemberId>,
}

/// The keys of the workspace; of whoever acts about nothing but their own, only those.
pub fn reached<A: Action>(permit: &Permit<A>) -> Reached {
    Reached {
        workspace: permit.workspace(),
        owner: permit.owner(),
    }
}

impl QueryFragment<Pg> for Reached {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("keys.workspace_id = ");
        out.push_bind_param::<Uuid, _>(&self.workspace)?;
        if let Some(owner) = &self.owner {
            out.push_sql(" AND keys.owner_member_id = ");
            out.push_bind_param::<Uuid, _>(owner)?;
        }
        Ok(())
    }
}

impl Expression for Reached {
    type SqlType = Bool;
}

impl<Source> AppearsOnTable<Source> for Reached {}
impl<Source> SelectableExpression<Source> for Reached {}

impl<Groups> ValidGrouping<Groups> for Reached {
    type IsAggregate = is_aggregate::Never;
}

/// Its text depends on whose keys it reaches.
impl QueryId for Reached {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
