//! Every operation on files and labels, with what its caller must know.

use actix_web::http::Method;

use super::{
    change::{delete, patch},
    content::{download, replace, upload},
    given::PER_FIELD,
    labels, list,
    search::search,
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
const UPLOAD: Access = Access::Streamed(&[Permission::FileUpload]);
const LABELS: Access = Access::Key(&[Permission::LabelManage]);
/// Of what an Editor may alone.
const ROLE: &[&Problem] = &[problem::ROLE];
const DELETED: &[&Problem] = &[problem::ROLE, problem::PRECONDITION];
const CONTENT: &[&Problem] = &[problem::ROLE, problem::CONFLICT];
const REPLACED: &[&Problem] = &[problem::ROLE, problem::CONFLICT, problem::PRECONDITION];
const READ: &[&Problem] = &[problem::PRECONDITION, problem::RANGE];

const fn says(
    tag: &'static str,
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    refusals: &'static [&'static Problem],
) -> Operation {
    Operation {
        id,
        tag,
        summary,
        description,
        refusals,
    }
}

pub fn routes(r: &mut Routes) {
    r.api(
        Method::GET,
        "/v1/folders/{folder}/files",
        LIST,
        list::list,
        says(
            "Files",
            "listFiles",
            "List the files of a folder",
            "Of the folder itself, not of those in it. Unlisted files are in the list for Editors alone.",
            &[],
        ),
    );
    r.api(
        Method::POST,
        "/v1/folders/{folder}/files",
        UPLOAD,
        upload,
        says(
            "Files",
            "uploadFile",
            "Upload a file",
            "One file, as a part of a form. It is read as it comes and is there once the answer is; what breaks off leaves \
             nothing. A workspace has a limit for one file (`payload_too_large`) and for all together (`invalid_fields`, \
             under `file`). Send at least 16 KiB in 10 seconds, and after a minute 16 KiB a second on average \
             (`request_timeout`).",
            CONTENT,
        ),
    );
    r.api(
        Method::GET,
        "/v1/files/{file}",
        LIST,
        list::show,
        says(
            "Files",
            "getFile",
            "Look at a file",
            "A file in a folder that is not shared with the key answers as one that does not exist.",
            &[],
        ),
    );
    r.api(
        Method::GET,
        "/v1/files/{file}/content",
        Access::Key(&[Permission::ObjectsFetch]),
        download,
        says(
            "Files",
            "downloadFile",
            "Download a file",
            "Its contents as they were uploaded, to be saved under its name. `ETag` is the SHA-256 of them.",
            READ,
        ),
    );
    r.api(
        Method::PUT,
        "/v1/files/{file}/content",
        UPLOAD,
        replace,
        says(
            "Files",
            "replaceFile",
            "Replace the contents of a file",
            "The body is the new contents, as they are. Name, labels and everything else stay; `version` counts one more. \
             With `If-Match` only while the file still has the contents that `ETag` names. A part of them (`Content-Range`) \
             cannot be replaced.",
            REPLACED,
        ),
    );
    r.api(
        Method::PATCH,
        "/v1/files/{file}",
        Access::PerField(PER_FIELD),
        patch,
        says(
            "Files",
            "changeFile",
            "Change a file",
            "Changes the fields that are sent, all of them or none; each asks for a permission of its own. To move it, the \
             key has to be Editor of the folder that it is in and of the one that it comes to.",
            ROLE,
        ),
    );
    r.api(
        Method::DELETE,
        "/v1/files/{file}",
        Access::Key(&[Permission::FileDelete]),
        delete,
        says(
            "Files",
            "deleteFile",
            "Delete a file",
            "Puts it into the trash. Editors of its folder can restore it for 30 days; then it is destroyed. With \
             `If-Match` only while it still has the contents that `ETag` names.",
            DELETED,
        ),
    );
    r.api(
        Method::POST,
        "/v1/search",
        LIST,
        search,
        says(
            "Files",
            "searchFiles",
            "Search files",
            "By name, over all folders that are shared with the key. A folder that is not refuses the whole call.",
            &[problem::NOT_FOUND],
        ),
    );
    label_routes(r);
}

fn label_routes(r: &mut Routes) {
    r.api(
        Method::GET,
        "/v1/labels",
        Access::Key(&[Permission::LabelsList]),
        labels::list,
        says(
            "Labels",
            "listLabels",
            "List labels",
            "Of the workspace, by name.",
            &[],
        ),
    );
    r.api(
        Method::POST,
        "/v1/labels",
        LABELS,
        labels::create,
        says(
            "Labels",
            "createLabel",
            "Create a label",
            "A word that can then be put on files.",
            &[],
        ),
    );
    r.api(
        Method::PATCH,
        "/v1/labels/{label}",
        LABELS,
        labels::rename,
        says(
            "Labels",
            "renameLabel",
            "Rename a label",
            "It stays on all files that it is on.",
            &[],
        ),
    );
    r.api(
        Method::DELETE,
        "/v1/labels/{label}",
        LABELS,
        labels::delete,
        says(
            "Labels",
            "deleteLabel",
            "Delete a label",
            "It is taken off all files, which stay as they are otherwise.",
            &[],
        ),
    );
}
