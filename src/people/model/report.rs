//! What became of the keys, the invitations and the folders of somebody who was removed, as the audit log keeps it.

use serde_json::{Value, json};

use crate::{
    ids::KeyId, made_keys::Decided, owned_folders::DecidedFolders,
    sent_invitations::DecidedInvitation,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub keys: Vec<ReportedKey>,
    /// How many others there were, which nobody named and which are kept.
    pub others_kept: i64,
    /// The address, and `cancelled` or `taken over`.
    pub invitations: Vec<(String, String)>,
    /// The name, and "handed over to Ada Park" or "moved to the trash"; of the first.
    pub folders: Vec<(String, String)>,
    pub other_folders: i64,
    /// Folders that were shared with them, the first by name.
    pub shared: Vec<String>,
    pub others_shared: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedKey {
    pub id: KeyId,
    pub is_publishable: bool,
    pub label: String,
    /// `kept`, `deactivated`, `revoked`, or of a personal key `left suspended` or `taken over`.
    pub decision: String,
    /// Why it stayed as it was: "revoked already". Mostly empty.
    pub skipped: String,
}

impl Report {
    pub fn of(
        decided: Decided,
        invitations: Vec<DecidedInvitation>,
        folders: DecidedFolders,
    ) -> Self {
        Self {
            folders: folders.named,
            other_folders: folders.others,
            shared: folders.shared,
            others_shared: folders.others_shared,
            keys: decided
                .keys
                .into_iter()
                .map(|key| ReportedKey {
                    id: key.id,
                    is_publishable: key.is_publishable,
                    label: key.label,
                    decision: match (key.decision.done(key.is_personal), key.was) {
                        (done, Some(was)) => format!("{done}, called {was} before"),
                        (done, None) => done.to_owned(),
                    },
                    skipped: key.skipped.unwrap_or_default().to_owned(),
                })
                .collect(),
            others_kept: decided.others_kept,
            invitations: invitations
                .into_iter()
                .map(|invitation| (invitation.email, invitation.fate.done().to_owned()))
                .collect(),
        }
    }

    pub fn facts(&self) -> Value {
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| {
                let mut facts =
                    json!({ "key": key.id, "label": key.label, "decision": key.decision });
                if key.is_publishable {
                    facts["kind"] = json!("publishable");
                }
                if !key.skipped.is_empty() {
                    facts["skipped"] = json!(key.skipped);
                }
                facts
            })
            .collect();
        let mut facts = json!({ "keys": keys });
        if self.others_kept > 0 {
            facts["other_keys_kept"] = json!(self.others_kept);
        }
        if !self.invitations.is_empty() {
            facts["invitations"] = self
                .invitations
                .iter()
                .map(|(email, decision)| json!({ "label": email, "decision": decision }))
                .collect();
        }
        if !self.folders.is_empty() {
            facts["folders"] = self
                .folders
                .iter()
                .map(|(name, decision)| json!({ "label": name, "decision": decision }))
                .collect();
        }
        if !self.shared.is_empty() {
            facts["no_longer_shared"] = json!(self.shared);
        }
        for (field, n) in [
            ("other_folders", self.other_folders),
            ("others_no_longer_shared", self.others_shared),
        ] {
            if n > 0 {
                facts[field] = json!(n);
            }
        }
        facts
    }

    /// From [`Report::facts`]. What cannot be read is left out.
    pub fn read(facts: &Value) -> Self {
        let listed = |field| facts.get(field).and_then(Value::as_array);
        let (keys, invitations) = (listed("keys"), listed("invitations"));
        let number = |field| facts.get(field).and_then(Value::as_i64).unwrap_or(0);
        let shared = listed("no_longer_shared").into_iter().flatten();
        let text = |of: &Value, field: &str| {
            let text = of.get(field).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        Self {
            keys: keys
                .into_iter()
                .flatten()
                .filter_map(|key| {
                    Some(ReportedKey {
                        id: text(key, "key").parse().ok()?,
                        is_publishable: text(key, "kind") == "publishable",
                        label: text(key, "label"),
                        decision: text(key, "decision"),
                        skipped: text(key, "skipped"),
                    })
                })
                .collect(),
            others_kept: number("other_keys_kept"),
            other_folders: number("other_folders"),
            others_shared: number("others_no_longer_shared"),
            shared: shared
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            folders: listed("folders")
                .into_iter()
                .flatten()
                .map(|folder| (text(folder, "label"), text(folder, "decision")))
                .collect(),
            invitations: invitations
                .into_iter()
                .flatten()
                .map(|invitation| (text(invitation, "label"), text(invitation, "decision")))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        made_keys::{DecidedKey, Decision},
        sent_invitations::Fate,
    };

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let key = |decision, skipped: Option<_>| DecidedKey {
            id: KeyId::fresh(),
            is_publishable: skipped.is_some(),
            label: "ci".to_owned(),
            is_personal: false,
            decision,
            skipped,
            was: (decision == Decision::TakeOver).then(|| "laptop".to_owned()),
        };
        let decided = Decided {
            keys: vec![
                key(Decision::Keep, None),
                key(Decision::TakeOver, None),
                key(Decision::Revoke, Some("revoked already")),
            ],
            others_kept: 4,
        };
        let invitation = DecidedInvitation {
            email: "noor@partner.example".to_owned(),
            fate: Fate::TakeOver,
        };
        let folders = DecidedFolders {
            named: vec![("Notes".to_owned(), "moved to the trash".to_owned())],
            others: 2,
            shared: vec!["Handbook".to_owned()],
            others_shared: 3,
        };
        let report = Report::of(decided, vec![invitation], folders);
        let taken = &report.keys[1];
        assert_eq!(taken.decision, "taken over, called laptop before");
        assert_eq!(Report::read(&report.facts()), report);
        assert_eq!(Report::read(&json!({})), Report::default());
    }
}
