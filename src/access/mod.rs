//! Who can reach what in a workspace: its members, its groups and its keys, in one list.

mod api;
mod entry;
mod subject;

use actix_web::http::Method;

use crate::{
    permissions::Permission,
    web::{Access, Routes, api::Operation, problem},
};

pub fn routes(r: &mut Routes) {
    r.api(
        Method::GET,
        "/v1/access",
        Access::Key(&[Permission::AccessRead]),
        api::index,
        Operation {
            id: "listAccess",
            tag: "Access",
            summary: "See who can reach what",
            description: "First the members of the workspace, then its groups, then its keys, each in the order of their \
                ids. Whoever was removed, and keys that are revoked, reach nothing and are not in it. It answers keys of the \
                workspace, and personal keys of owners and admins.",
            refusals: &[problem::FORBIDDEN],
        },
    );
}
