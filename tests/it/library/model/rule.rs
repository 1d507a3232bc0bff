//! Who reaches which folder, as the product says it: by looking at everything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

#[derive(Debug, Clone)]
pub struct Folder {
    pub name: String,
    pub parent: Option<String>,
    pub owner: Option<String>,
    pub is_trashed: bool,
    pub is_unlisted: bool,
}

/// What a share gives, and until when.
pub type Given = (&'static str, Option<DateTime<Utc>>);

/// What there is, as nobody would keep it who had more than a few.
#[derive(Default)]
pub struct Model {
    pub folders: BTreeMap<String, Folder>,
    /// By folder, kind and id of the subject.
    pub shares: BTreeMap<(String, &'static str, String), Given>,
    /// Group and member.
    pub inside: BTreeSet<(String, String)>,
}

impl Model {
    pub fn way(&self, folder: &str) -> Vec<&str> {
        let mut way = Vec::new();
        let mut at = self.folders.get_key_value(folder);
        while let Some((id, folder)) = at {
            way.push(id.as_str());
            at = folder
                .parent
                .as_ref()
                .and_then(|parent| self.folders.get_key_value(parent));
        }
        way
    }

    pub fn is_trashed(&self, folder: &str) -> bool {
        self.way(folder)
            .iter()
            .any(|id| self.folders[*id].is_trashed)
    }

    /// The roles that a member or key was given in the folder itself.
    pub fn given(&self, (kind, who): (&'static str, &str), folder: &str) -> BTreeSet<&'static str> {
        let mut roles = BTreeSet::new();
        if kind == "member" && self.folders[folder].owner.as_deref() == Some(who) {
            roles.insert("editor");
        }
        for ((at, of, subject), (role, _)) in &self.shares {
            let is_theirs = *of == kind && subject == who;
            let is_their_groups = *of == "group"
                && kind == "member"
                && self.inside.contains(&(subject.clone(), who.to_owned()));
            if at == folder && (is_theirs || is_their_groups) {
                roles.insert(*role);
            }
        }
        roles
    }

    /// The greatest role that they have in it or above it.
    pub fn role(&self, who: (&'static str, &str), folder: &str) -> Option<&'static str> {
        if self.is_trashed(folder) {
            return None;
        }
        let way = self.way(folder);
        let roles: BTreeSet<_> = way.iter().flat_map(|id| self.given(who, id)).collect();
        // In the order of the alphabet, the greater comes first.
        roles.first().copied()
    }

    /// Lists lead them to it: from where they were given a role, through what is listed or theirs to edit.
    pub fn is_led_to(&self, who: (&'static str, &str), folder: &str) -> bool {
        let role = self.role(who, folder);
        let is_met = role == Some("editor") || !self.folders[folder].is_unlisted;
        let parent = self.folders[folder].parent.as_deref();
        let leads = |parent| self.is_led_to(who, parent);
        role.is_some()
            && is_met
            && (!self.given(who, folder).is_empty() || parent.is_some_and(leads))
    }

    /// What the dialog says, a line each: who has a role, through what, and which.
    pub fn rows(&self, folder: &str, names: &BTreeMap<String, String>) -> Vec<String> {
        let way = self.way(folder);
        let mut rows = Vec::new();
        for id in &way {
            let through = &self.folders[*id].name;
            if let Some(owner) = &self.folders[*id].owner {
                let who = &names[owner];
                rows.push(match *id == folder {
                    true => format!("{who}: Owner of the folder, owner"),
                    false => format!("{who}: Owner of the folder {through}, editor"),
                });
            }
            for ((at, _, subject), (role, _)) in &self.shares {
                let who = &names[subject];
                match at == id {
                    true if at == folder => rows.push(format!("{who}: Direct, {role}")),
                    true => rows.push(format!("{who}: Through the folder {through}, {role}")),
                    false => {}
                }
            }
        }
        rows.sort();
        rows
    }

    /// Itself or something in it.
    pub fn is_within(&self, folder: &str, other: &str) -> bool {
        self.way(folder).contains(&other)
    }
}
