//! The library, its folders, and what is asked over them.

use super::{Click, Fill, Open, Screen, See, Send, Who, screen};

const LIBRARY: &str = "/w/{slug}/library";
const NEW: &str = "/w/{slug}/library/new";
const TRASH: &str = "/w/{slug}/library/trash";
const FOLDER: &str = "/w/{slug}/folders/{folder}";
const NEW_WITHIN: &str = "/w/{slug}/folders/{folder}/new";
const UPLOAD: &str = "/w/{slug}/folders/{folder}/upload";
const DETAILS: &str = "/w/{slug}/folders/{folder}/details";
const MOVE: &str = "/w/{slug}/folders/{folder}/move";
const OWNER: &str = "/w/{slug}/folders/{folder}/owner";
const FILE: &str = "/w/{slug}/files/{file}";
const FILE_NAME: &str = "/w/{slug}/files/{file}/name";
const FILE_MOVE: &str = "/w/{slug}/files/{file}/move";
const FILE_DELETION: &str = "/w/{slug}/files/{file}/deletion";
const FILE_RESTORATION: &str = "/w/{slug}/files/{file}/restoration";
const FILE_DESTRUCTION: &str = "/w/{slug}/files/{file}/destruction";
const DELETION: &str = "/w/{slug}/folders/{folder}/deletion";
const RESTORATION: &str = "/w/{slug}/folders/{folder}/restoration";
const DESTRUCTION: &str = "/w/{slug}/folders/{folder}/destruction";

#[rustfmt::skip]
pub fn screens() -> Vec<Screen> {
    vec![
        screen("library", LIBRARY, Who::Owner, "/w/brightwater/library", &[], 200),
        screen("library-first", LIBRARY, Who::Owner, "/w/studio/library", &[], 200),
        screen("library-shared", LIBRARY, Who::Member, "/w/brightwater/library?show=shared", &[], 200),
        screen("library-none-shared", LIBRARY, Who::Owner, "/w/studio/library?show=shared", &[], 200),
        screen("library-found", LIBRARY, Who::Owner, "/w/brightwater/library?q=s&sort=changed", &[], 200),
        screen("library-none-found", LIBRARY, Who::Owner, "/w/brightwater/library?q=zzz", &[], 200),
        screen("library-new", NEW, Who::Owner, "/w/brightwater/library/new", &[], 200),
        screen("library-new-opened", LIBRARY, Who::Owner, "/w/brightwater/library", &[Open("#new-folder")], 200),
        screen("library-new-mistake", NEW, Who::Owner, "/w/brightwater/library/new", &[
            Send("dialog .btn.primary"),
        ], 422),
        screen("library-folder", FOLDER, Who::Owner, "/w/brightwater/folders/{plans}", &[], 200),
        screen("library-folder-menu", FOLDER, Who::Owner, "/w/brightwater/folders/{plans}", &[Click("#more")], 200),
        screen("library-folder-user", FOLDER, Who::Member, "/w/brightwater/folders/{plans}", &[], 200),
        screen("library-folder-empty", FOLDER, Who::Owner, "/w/brightwater/folders/{bare}", &[], 200),
        screen("library-folder-no-role", FOLDER, Who::Owner, "/w/brightwater/folders/{interviews}", &[], 200),
        screen("library-folder-rest", FOLDER, Who::Owner, "/w/brightwater/folders/{crowded}", &[
            Click("a:has-text(\"Next\")"), See("a:has-text(\"Previous\")"),
        ], 200),
        screen("library-folder-made", NEW, Who::Owner, "/w/studio/library/new", &[
            Fill("#name", "{new}"), Send("dialog .btn.primary"),
        ], 200),
        screen("library-folder-new", NEW_WITHIN, Who::Owner, "/w/brightwater/folders/{bare}/new", &[], 200),
        screen("library-folder-upload", UPLOAD, Who::Owner, "/w/brightwater/folders/{plans}/upload", &[], 200),
        screen("library-folder-upload-opened", FOLDER, Who::Owner, "/w/brightwater/folders/{bare}", &[Open("#way-on")], 200),
        screen("library-folder-upload-mistake", UPLOAD, Who::Owner, "/w/brightwater/folders/{plans}/upload", &[
            Send("dialog .btn.primary"),
        ], 422),
        screen("library-folder-edit", DETAILS, Who::Owner, "/w/brightwater/folders/{plans}/details", &[], 200),
        screen("library-folder-edit-mistake", DETAILS, Who::Owner, "/w/brightwater/folders/{plans}/details", &[
            Fill("#name", ""), Send("dialog .btn.primary"),
        ], 422),
        screen("library-folder-move", MOVE, Who::Owner, "/w/brightwater/folders/{plans}/move", &[], 200),
        screen("library-folder-move-top", MOVE, Who::Owner, "/w/brightwater/folders/{plans}/move?at=top", &[], 200),
        screen("library-folder-move-found", MOVE, Who::Owner, "/w/brightwater/folders/{plans}/move?at=top&q=zzz", &[], 200),
        screen("library-folder-move-ask", MOVE, Who::Owner, "/w/brightwater/folders/{plans}/move?to={bare}", &[], 200),
        screen("library-folder-move-ask-mistake", MOVE, Who::Owner, "/w/brightwater/folders/{plans}/move?to={plans}", &[
            Send("dialog .btn.primary"),
        ], 422),
        screen("library-folder-owner", OWNER, Who::Owner, "/w/brightwater/folders/{plans}/owner", &[], 200),
        screen("library-folder-owner-found", OWNER, Who::Owner, "/w/brightwater/folders/{plans}/owner?q=a", &[See(".option, .found")], 200),
        screen("library-folder-owner-mistake", OWNER, Who::Owner, "/w/brightwater/folders/{plans}/owner", &[
            Send("dialog .btn.primary"),
        ], 422),
        screen("library-folder-delete", DELETION, Who::Owner, "/w/brightwater/folders/{plans}/deletion", &[], 200),
        screen("library-folder-delete-bare", DELETION, Who::Owner, "/w/brightwater/folders/{bare}/deletion", &[], 200),
        screen("library-found-files", LIBRARY, Who::Owner, "/w/brightwater/library?q=p", &[], 200),
        screen("library-folder-found", FOLDER, Who::Owner, "/w/brightwater/folders/{plans}?q=minutes", &[], 200),
        screen("library-file", FILE, Who::Owner, "/w/brightwater/files/{file}", &[], 200),
        screen("library-file-user", FILE, Who::Member, "/w/brightwater/files/{file}", &[], 200),
        screen("library-file-mistake", FILE, Who::Owner, "/w/brightwater/files/{file}", &[
            Fill(".texts > div:first-child [name=meta_name]", ""), Send("dialog .btn.primary"),
        ], 422),
        screen("library-file-rename", FILE_NAME, Who::Owner, "/w/brightwater/files/{file}/name", &[], 200),
        screen("library-file-rename-mistake", FILE_NAME, Who::Owner, "/w/brightwater/files/{file}/name", &[
            Fill("#name", ""), Send("dialog .btn.primary"),
        ], 422),
        screen("library-file-move", FILE_MOVE, Who::Owner, "/w/brightwater/files/{file}/move?at={bare}", &[], 200),
        screen("library-file-delete", FILE_DELETION, Who::Owner, "/w/brightwater/files/{file}/deletion", &[], 200),
        screen("library-file-restore", FILE_RESTORATION, Who::Owner, "/w/brightwater/files/{lostfile}/restoration", &[], 200),
        screen("library-file-restore-mistake", FILE_RESTORATION, Who::Owner, "/w/brightwater/files/{lostfile}/restoration", &[
            Send("dialog .btn.primary"),
        ], 422),
        screen("library-file-destroy", FILE_DESTRUCTION, Who::Owner, "/w/brightwater/files/{lostfile}/destruction", &[], 200),
        screen("library-trash", TRASH, Who::Owner, "/w/brightwater/library/trash", &[], 200),
        screen("library-trash-empty", TRASH, Who::Owner, "/w/studio/library/trash", &[], 200),
        screen("library-trash-restore", RESTORATION, Who::Owner, "/w/brightwater/folders/{oldplans}/restoration", &[], 200),
        screen("library-trash-restore-mistake", RESTORATION, Who::Owner, "/w/brightwater/folders/{oldplans}/restoration", &[
            Send("dialog .btn.primary"),
        ], 422),
        screen("library-trash-destroy", DESTRUCTION, Who::Owner, "/w/brightwater/folders/{oldplans}/destruction", &[], 200),
    ]
}
