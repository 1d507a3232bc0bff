//! Every operation on folders, with what its caller must know.

use actix_web::http::Method;

use super::{
    access::list as list_access,
    change::{create, delete, patch},
    given::PER_FIELD,
    list::{list, show},
    sharing::{share, take},
};
use crate::{
    permissions::Permission,
    web::{
        Access, Routes,
        api::Operation,
        problem::{self, Problem},
    },
};

const LIST: Access = Access::Key(&[Permission::ObjectsList]);
/// Of what an Editor may alone, on a folder with too much in it to move or delete it at once.
const ROLE_AND_SIZE: &[&Problem] = &[problem::ROLE, problem::CONFLICT];
/// The same where the folder that is meant is not named in the path.
const ROLE_THERE: &[&Problem] = &[problem::NOT_FOUND, problem::ROLE];
/// Keys may not share with keys unless they stand for the workspace, too.
const SHARING: &[&Problem] = &[problem::ROLE, problem::FORBIDDEN];

/// What is said of an operation on folders.
const fn says(
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    refusals: &'static [&'static Problem],
) -> Operation {
    Operation {
        id,
        tag: "Folders",
        summary,
        description,
        refusals,
    }
}

pub fn routes(r: &mut Routes) {
    r.api(
        Method::GET,
        "/v1/folders",
        LIST,
        list,
        says(
            "listFolders",
            "List folders",
            "By name. Without `parent_id` the folders that are shared with the key: of each only itself, not what is in it. \
             With it, what is in that folder. Unlisted folders are in the list for their Editors alone.",
            &[problem::NOT_FOUND],
        ),
    );
    r.api(
        Method::POST,
        "/v1/folders",
        Access::Key(&[Permission::DirCreate]),
        create,
        says(
            "createFolder",
            "Create a folder",
            "In a folder of which the key is Editor, or at the top of the library. One that a key of the workspace makes \
             belongs to the workspace, and the key is its Editor; one that a personal key makes is its owner's, or whose the \
             folder above it is where the owner is Editor of that for a time. Whoever has a role in the folder above it has \
             it here too.",
            ROLE_THERE,
        ),
    );
    r.api(
        Method::GET,
        "/v1/folders/{folder}",
        LIST,
        show,
        says(
            "getFolder",
            "Look at a folder",
            "A folder that is not shared with the key answers as one that does not exist.",
            &[],
        ),
    );
    r.api(
        Method::PATCH,
        "/v1/folders/{folder}",
        Access::PerField(PER_FIELD),
        patch,
        says(
            "changeFolder",
            "Change a folder",
            "Changes the fields that are sent, all of them or none; each asks for a permission of its own. A folder that is \
             moved takes all that is in it along, keeps its own shares, and inherits from where it comes to: the key has \
             to be Editor of the folder, of the one that it is in, and of the one that it comes to, and of this for no longer \
             than of the folder.",
            ROLE_AND_SIZE,
        ),
    );
    r.api(
        Method::DELETE,
        "/v1/folders/{folder}",
        Access::Key(&[Permission::DirDelete]),
        delete,
        says(
            "deleteFolder",
            "Delete a folder",
            "Puts the folder with all that is in it into the trash. Its Editors, owners and admins can restore it for 30 \
             days; then it is destroyed.",
            ROLE_AND_SIZE,
        ),
    );
    r.api(
        Method::GET,
        "/v1/folders/{folder}/access",
        Access::Key(&[Permission::AccessRead]),
        list_access,
        says(
            "listAccessToFolder",
            "See who has access to a folder",
            "First whose the folder is and those above it, then everybody and everything that was given a role in one of \
             them, in the order in which that was. Who is in several places of the list has the greatest of their roles. A \
             group stands for its members, and a personal key is not in it: it has the roles of its owner.",
            &[],
        ),
    );
    r.api(
        Method::PUT,
        "/v1/folders/{folder}/access",
        Access::Key(&[Permission::AccessManage]),
        share,
        says(
            "shareFolder",
            "Share a folder",
            "Gives each of those named the role in the folder and all that is in it, all or nothing: whoever has one \
             already gets this one instead, and everybody else keeps theirs. An id that is not found refuses the whole \
             call. Only keys of the workspace can be shared with, and only by a key of the workspace, or of somebody who is \
             an owner or admin.",
            SHARING,
        ),
    );
    r.api(
        Method::DELETE,
        "/v1/folders/{folder}/access/{type}/{subject}",
        Access::Key(&[Permission::AccessManage]),
        take,
        says(
            "takeAccessToFolder",
            "Take access to a folder away",
            "Takes away the role that somebody or something was given in this folder itself. What follows from a folder \
             above it, or from a group, stays.",
            SHARING,
        ),
    );
}
