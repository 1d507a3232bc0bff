//! What a key in the list lacks, in words, and how that is mended.

use super::{path, rows::Rows};
use crate::{
    keys::Key,
    permissions::{Permission, Permissions},
    sharing::{model::Flaw, views::FlawView},
};

impl Rows<'_> {
    /// Everybody is told what is so; how it is mended, whoever may.
    pub fn flaw(&self, key: &Key, flaw: &Flaw) -> FlawView {
        let here = path(self.shell, self.sight.found.folder.id);
        let keys = self
            .shell
            .workspace
            .as_ref()
            .map_or("", |w| w.keys.as_str());
        let page = format!("{keys}/{}", key.id);
        let (text, post, link) = match flaw {
            Flaw::Revoked => (
                "Revoked, so it has no access.".to_owned(),
                None,
                Some(("See the key", page)),
            ),
            Flaw::Suspended => (
                "Suspended with its owner, so it has no access now.".to_owned(),
                None,
                Some(("See the key", page)),
            ),
            Flaw::Expired => (
                "Expired, so it has no access now.".to_owned(),
                None,
                Some(("Change its expiry", format!("{page}/edit"))),
            ),
            Flaw::Deactivated => (
                "Deactivated, so it has no access now.".to_owned(),
                Some(("Activate", format!("{here}/keys/{}/activation", key.id))),
                None,
            ),
            Flaw::OnlyReads => (
                "A publishable key only reads, also as Editor.".to_owned(),
                None,
                None,
            ),
            Flaw::Lacks { missing, reads } => (
                lacks(missing, *reads),
                None,
                Some(("Add it", format!("{page}/edit?add={}", codes(missing)))),
            ),
        };
        let mends = self.sight.may_share_with_keys;
        FlawView {
            text,
            post: post.filter(|_| mends),
            link: link.filter(|_| mends),
        }
    }
}

/// "Lacks the permission “Upload files”, so it can only read."
fn lacks(missing: &[Permission], reads: bool) -> String {
    let names: Vec<String> = missing
        .iter()
        .map(|p| format!("“{}”", p.describe().name))
        .collect();
    let (s, and) = match names.len() {
        1 => ("", names.join("")),
        _ => ("s", names.join(" and ")),
    };
    let but = match (reads, missing) {
        (true, _) => "so it can only read",
        (false, [Permission::ObjectsFetch]) => "so it finds files and cannot read them",
        (false, missing) if missing.contains(&Permission::ObjectsList) => "so it finds nothing",
        (false, _) => "so it finds files and can do no more",
    };
    format!("Lacks the permission{s} {and}, {but}.")
}

fn codes(missing: &[Permission]) -> String {
    let all: Permissions = missing.iter().copied().collect();
    let codes: Vec<String> = all.iter().map(|p| p.to_string()).collect();
    codes.join(",")
}
