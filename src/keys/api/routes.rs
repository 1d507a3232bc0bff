//! Every operation on keys, with what its caller must know.

use actix_web::http::Method;

use super::{
    bulk::change_many,
    change::{activate, deactivate, delete, finish_rotation, patch, undo_rotation},
    create::create,
    kind::{PublishableKeys, SecretKeys},
    list::{list, show},
    restore::restore,
    rotate::rotate,
    whoami,
};
use crate::{
    permissions::Permission,
    web::{
        Access, Routes,
        api::Operation,
        problem::{self, Problem},
    },
};

const READ: Access = Access::Key(&[Permission::AccessRead]);
const MANAGE: Access = Access::Key(&[Permission::AccessManage]);

/// A personal key whose owner is neither owner nor admin.
const PERSONAL: &[&Problem] = &[problem::FORBIDDEN];
/// Of many keys, one that is not found, too.
const MANY: &[&Problem] = &[problem::FORBIDDEN, problem::NOT_FOUND, problem::CONFLICT];
/// What cannot be done to the key as it is, too.
const STATE: &[&Problem] = &[problem::FORBIDDEN, problem::CONFLICT];

pub fn routes(r: &mut Routes) {
    r.api(
        Method::GET,
        "/v1/whoami",
        Access::AnyKey,
        whoami::whoami,
        Operation {
            id: "whoami",
            tag: "This key",
            summary: "Look at the key that asks",
            description: "Which key this is, of which workspace, and what it may do at this moment. Good for a first call, \
                and for finding out whether a key still works.",
            refusals: &[],
        },
    );
    r.api(
        Method::DELETE,
        "/v1/whoami",
        Access::Key(&[]),
        whoami::revoke_self,
        Operation {
            id: "revokeSelf",
            tag: "This key",
            summary: "Revoke the key that asks",
            description: "Ends the key at once: the very next call with it gets `key_revoked`. For 7 days an admin can \
                restore it under Settings → API.",
            refusals: &[],
        },
    );
    secret_keys(r);
    publishable_keys(r);
}

/// The operations of one kind of key: the same for both, each under its own address, names and heading.
macro_rules! of_kind {
    ($routes:ident, $kind:ty, $path:literal, $tag:literal, $Name:literal, $name:literal) => {
        fn $routes(r: &mut Routes) {
            let says = |id, summary, description, refusals| Operation {
                id,
                tag: $tag,
                summary,
                description,
                refusals,
            };
            r.api(
                Method::GET,
                $path,
                READ,
                list::<$kind>,
                says(
                    concat!("list", $Name, "Keys"),
                    concat!("List ", $name, " keys"),
                    "The newest first, in every state unless `status` says which: revoked keys stay in the list as history.",
                    PERSONAL,
                ),
            );
            r.api(
                Method::POST,
                $path,
                MANAGE,
                create::<$kind>,
                says(
                    concat!("create", $Name, "Key"),
                    concat!("Create a ", $name, " key"),
                    "Makes a key of the workspace and answers with its `secret`: no other answer has it, but for those of \
                     rotations. The new key is within the key that asks: it has no permission, no later end, no other \
                     addresses and no higher limit than that.",
                    STATE,
                ),
            );
            // Before the address of one key, which this would be otherwise.
            r.api(
                Method::POST,
                concat!($path, "/bulk"),
                MANAGE,
                change_many::<$kind>,
                says(
                    concat!("changeMany", $Name, "Keys"),
                    concat!("Change many ", $name, " keys at once"),
                    "All or nothing: an id that is not found refuses the whole call. A key that the change does not fit is \
                     skipped, and its `reason` says why; with permissions that the key that asks lacks it can be \
                     deactivated and revoked, and is skipped otherwise.",
                    MANY,
                ),
            );
            r.api(
                Method::GET,
                concat!($path, "/{id}"),
                READ,
                show::<$kind>,
                says(
                    concat!("get", $Name, "Key"),
                    concat!("Look at a ", $name, " key"),
                    "The key as it is at this moment, also a revoked one.",
                    PERSONAL,
                ),
            );
            r.api(
                Method::PATCH,
                concat!($path, "/{id}"),
                MANAGE,
                patch::<$kind>,
                says(
                    concat!("change", $Name, "Key"),
                    concat!("Change a ", $name, " key"),
                    "Changes the fields that are sent, and null clears one. All of the key, also what stays, has to be \
                     within the key that asks: no permission, no later end, no other addresses and no higher limit. Only \
                     keys of the workspace can be changed so, and no revoked ones.",
                    STATE,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/activate"),
                MANAGE,
                activate::<$kind>,
                says(
                    concat!("activate", $Name, "Key"),
                    concat!("Activate a ", $name, " key"),
                    "A deactivated key answers again; an active one stays so. The key that asks needs every permission \
                     that the key has.",
                    STATE,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/deactivate"),
                MANAGE,
                deactivate::<$kind>,
                says(
                    concat!("deactivate", $Name, "Key"),
                    concat!("Deactivate a ", $name, " key"),
                    "From its next call on the key gets `key_deactivated`, until it is activated. Any key of the \
                     workspace, also one with more permissions, and members' personal keys.",
                    STATE,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/rotate"),
                MANAGE,
                rotate::<$kind>,
                says(
                    concat!("rotate", $Name, "Key"),
                    concat!("Rotate a ", $name, " key"),
                    "Gives the key a new value, which is in this answer as `secret`; the old one works beside it for \
                     `grace_seconds`. Id, settings and counts stay. Whoever has the value can do what the key can, so all \
                     of the key has to be within the key that asks: permissions, end, addresses and limit. A key may \
                     rotate itself.",
                    STATE,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/finish-rotation"),
                MANAGE,
                finish_rotation::<$kind>,
                says(
                    concat!("finishRotationOf", $Name, "Key"),
                    concat!("Finish the rotation of a ", $name, " key"),
                    "The value that was replaced stops now, before its time. Where it has stopped already that is so.",
                    STATE,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/undo-rotation"),
                MANAGE,
                undo_rotation::<$kind>,
                says(
                    concat!("undoRotationOf", $Name, "Key"),
                    concat!("Undo the rotation of a ", $name, " key"),
                    "The new value stops now, and the one before it is the only one again; a date that the rotation \
                     changed is what it was. Only while both work, and not with the value before it: that is 403 \
                     `forbidden`.",
                    STATE,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/delete"),
                MANAGE,
                delete::<$kind>,
                says(
                    concat!("delete", $Name, "Key"),
                    concat!("Revoke a ", $name, " key"),
                    "Ends the key at once; done again it answers the same. For 7 days it can be restored. Any key of the \
                     workspace, also one with more permissions, and members' personal keys.",
                    PERSONAL,
                ),
            );
            r.api(
                Method::POST,
                concat!($path, "/{id}/restore"),
                MANAGE,
                restore::<$kind>,
                says(
                    concat!("restore", $Name, "Key"),
                    concat!("Restore a ", $name, " key"),
                    "A key that was revoked within the last 7 days, and not as compromised, comes back deactivated. The \
                     key that asks needs every permission that the key has.",
                    STATE,
                ),
            );
        }
    };
}

of_kind!(
    secret_keys,
    SecretKeys,
    "/v1/secret-keys",
    "Secret keys",
    "Secret",
    "secret"
);
of_kind!(
    publishable_keys,
    PublishableKeys,
    "/v1/publishable-keys",
    "Publishable keys",
    "Publishable",
    "publishable"
);
