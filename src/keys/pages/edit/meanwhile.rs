//! What somebody else changed of a key while its form was filled in, in words.

use chrono::{DateTime, Utc};

use super::words::{ADDED, ADDS, addresses, ends, moved, origins, permissions, rate};
use crate::{
    audit::Change,
    keys::{
        model::{Edit, Setting, Settings},
        views::Meanwhile,
    },
    web::time::Zone,
};

/// What the form was made of, what the key is now, and what the log has of the time between.
pub struct Since<'a> {
    pub base: &'a Settings,
    pub now: &'a Settings,
    pub changes: &'a [Change],
    pub zone: Zone,
}

impl Since<'_> {
    /// A line for each change, with what saving `edit` again makes of it.
    pub fn lines(&self, edit: &Edit, at: DateTime<Utc>) -> Vec<Meanwhile> {
        let typed = edit.to.differences(&edit.from);
        let differ = edit.to.differences(self.now);
        self.now
            .differences(self.base)
            .into_iter()
            .map(|setting| Meanwhile {
                said: self.said(setting),
                when: self
                    .last(setting)
                    .map(|change| self.zone.relative(change.at, at)),
                now: if !typed.contains(&setting) {
                    "That stays.".to_owned()
                } else if differ.contains(&setting) {
                    format!("Saving again {}.", self.outcome(setting, &edit.to))
                } else {
                    "You want the same.".to_owned()
                },
            })
            .collect()
    }

    /// What was changed and stays so beside what was saved. Empty where nobody else changed anything.
    pub fn beside(&self, saved: &Settings) -> String {
        let changed = saved.differences(self.now);
        self.now
            .differences(self.base)
            .into_iter()
            .filter(|setting| !changed.contains(setting))
            .map(|setting| format!("{} meanwhile, and that stays.", self.said(setting)))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// "Ben Ito changed the label from “ci” to “ci-2”".
    fn said(&self, setting: Setting) -> String {
        let who = self
            .last(setting)
            .map_or("Somebody", |change| change.who.as_str());
        let (from, to) = (self.base, self.now);
        let what = match setting {
            Setting::Label => format!("changed the label from “{}” to “{}”", from.label, to.label),
            Setting::Permissions => moved(permissions(&from.permissions, &to.permissions), ADDED),
            Setting::Origins => moved(origins(&from.allowed_origins, &to.allowed_origins), ADDED),
            Setting::Expiry => {
                let [from, to] = ends([from.expires_at, to.expires_at], self.zone);
                format!("changed the expiry from {from} to {to}")
            }
            Setting::AllowedIps => format!(
                "changed the allowed addresses from {} to {}",
                addresses(from),
                addresses(to)
            ),
            Setting::RateLimit => {
                format!("changed the rate limit from {} to {}", rate(from), rate(to))
            }
        };
        format!("{who} {what}")
    }

    /// "changes it to “ci-3”".
    fn outcome(&self, setting: Setting, to: &Settings) -> String {
        match setting {
            Setting::Label => format!("changes it to “{}”", to.label),
            Setting::Permissions => {
                moved(permissions(&self.now.permissions, &to.permissions), ADDS)
            }
            Setting::Origins => moved(
                origins(&self.now.allowed_origins, &to.allowed_origins),
                ADDS,
            ),
            Setting::Expiry => {
                let [_, to] = ends([self.now.expires_at, to.expires_at], self.zone);
                format!("changes it to {to}")
            }
            Setting::AllowedIps => format!("changes them to {}", addresses(to)),
            Setting::RateLimit => format!("changes it to {}", rate(to)),
        }
    }

    /// The last change of a setting, if the log knows of one.
    fn last(&self, setting: Setting) -> Option<&Change> {
        let field = match setting {
            Setting::Label => "label",
            Setting::Permissions => "permissions",
            Setting::Origins => "allowed_origins",
            Setting::Expiry => "expires_at",
            Setting::AllowedIps => "allowed_ips",
            Setting::RateLimit => "rate_limit_per_minute",
        };
        let differs = |change: &&Change| change.before.get(field) != change.after.get(field);
        self.changes.iter().find(differs)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::words::named, *};
    use crate::{
        keys::model::{KeyLimits, Origins},
        permissions::{Permission, Permissions},
    };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn settings(label: &str, permissions: &[Permission], end: Option<&str>) -> Settings {
        Settings {
            label: label.to_owned(),
            permissions: permissions.iter().copied().collect(),
            allowed_origins: Origins::default(),
            expires_at: end.map(at),
            limits: KeyLimits::default(),
        }
    }

    const LIST: Permission = Permission::ObjectsList;
    const UPLOAD: Permission = Permission::FileUpload;
    const DELETE: Permission = Permission::FileDelete;

    #[test]
    fn each_change_is_told_with_who_when_and_what_saving_makes_of_it() {
        let base = settings("ci", &[LIST, UPLOAD], Some("2026-12-01T00:00:00Z"));
        let now = settings("ci-2", &[LIST, DELETE], None);
        let edit = Edit {
            to: settings("ci-3", &[UPLOAD], Some("2026-12-01T00:00:00Z")),
            from: base.clone(),
        };
        let change = |who: &str, when: &str, before, after| Change {
            action: "key.edited".to_owned(),
            subject: "7Kq2mXw0B1aZ".to_owned(),
            who: who.to_owned(),
            at: at(when),
            before,
            after,
        };
        let changes = [
            change(
                "Ben Ito",
                "2026-11-20T09:58:00Z",
                json!({"label": "ci"}),
                json!({"label": "ci-2"}),
            ),
            change(
                "Cleo Sand",
                "2026-11-20T09:50:00Z",
                json!({"permissions": ["FILE_UPLOAD"]}),
                json!({"permissions": []}),
            ),
        ];
        let since = Since {
            base: &base,
            now: &now,
            changes: &changes,
            zone: Zone::UTC,
        };
        let lines: Vec<[String; 3]> = since
            .lines(&edit, at("2026-11-20T10:00:00Z"))
            .into_iter()
            .map(|line| {
                [
                    line.said,
                    line.when.map_or(String::new(), |w| w.text),
                    line.now,
                ]
            })
            .collect();
        assert_eq!(
            lines,
            [
                [
                    "Ben Ito changed the label from “ci” to “ci-2”",
                    "2 minutes ago",
                    "Saving again changes it to “ci-3”."
                ],
                [
                    "Cleo Sand added “Delete files” and took away “Upload files”",
                    "10 minutes ago",
                    "Saving again adds “Upload files” and takes away “List and search assets”, “Delete files”."
                ],
                [
                    "Somebody changed the expiry from 30 Nov 2026 to never",
                    "",
                    "That stays."
                ],
            ]
        );
        let saved = settings("ci-3", &[LIST, DELETE], None);
        assert_eq!(
            since.beside(&saved),
            "Cleo Sand added “Delete files” and took away “Upload files” meanwhile, and that stays. \
             Somebody changed the expiry from 30 Nov 2026 to never meanwhile, and that stays."
        );
    }

    #[test]
    fn of_many_permissions_the_first_are_named() {
        let [all, none] = permissions(&Permissions::default(), &Permissions::everything());
        assert!(none.is_empty());
        let told = named(&all);
        assert!(
            told.ends_with("“Update file metadata” and 26 more"),
            "{told}"
        );
    }

    #[test]
    fn two_ends_on_one_day_are_told_apart() {
        let said = |one, other| ends([Some(at(one)), Some(at(other))], Zone::UTC);
        assert_eq!(
            said("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"),
            ["1 Dec 2026, 09:00:00 UTC", "1 Dec 2026, 10:00:00 UTC"]
        );
        assert_eq!(
            said("2026-12-01T09:00:00Z", "2026-12-02T00:00:00Z"),
            ["1 Dec 2026, 09:00:00 UTC", "2 Dec 2026, 00:00:00 UTC"]
        );
    }
}
