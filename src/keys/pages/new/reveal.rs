//! The one answer that contains a secret key, and what comes in its place where that was shown already.

use chrono::{DateTime, Utc};

use crate::{
    keys::{
        model::Key,
        pages::{limits, tag},
        secret::Secret,
        views::{KeyList, RevealPage, ShownPage},
    },
    permissions::Permissions,
    web::{
        Site,
        ui::{Shell, last_moment},
    },
};

/// What an answer says besides the key that it shows.
pub struct Reveal {
    /// What was done, first in the title.
    pub mark: &'static str,
    /// What became of the value before, if there was one.
    pub old: String,
    /// Where *Done* leads.
    pub done: String,
}

pub fn reveal(
    shell: Shell,
    list: KeyList,
    (key, secret): (&Key, &Secret),
    reveal: Reveal,
    site: &Site,
) -> RevealPage {
    let value = secret.reveal();
    RevealPage {
        id: key.id.to_string(),
        label: key.label.clone(),
        env: env(value),
        curl: curl(value, site),
        value: value.to_owned(),
        permissions: key.permissions.names(),
        expires: expires(key, &shell),
        limits: limits::in_words(&key.limits).join(", "),
        remark: key.limits.allowed_ips.remark(),
        careful: careful(&key.permissions),
        is_recoverable: key.is_recoverable(),
        shown_by: match key.owner_member_id {
            Some(_) => "You",
            None => "Owners and admins",
        },
        mark: reveal.mark,
        old: reveal.old,
        done: reveal.done,
        list,
        shell: shell.titled("Copy your new key", "api"),
    }
}

pub fn env(value: &str) -> String {
    format!("KEYROOM_API_KEY={value}")
}

pub fn curl(value: &str, site: &Site) -> String {
    let whoami = site.public_url.at("/v1/whoami");
    format!("curl -H \"Authorization: Bearer {value}\" {whoami}")
}

pub fn expires(key: &Key, shell: &Shell) -> String {
    let day = |end| shell.zone.long_day(last_moment(end));
    key.expires_at.map_or_else(|| "Never".to_owned(), day)
}

/// "This key can delete files and manage access." Empty where there is nothing to be careful about.
pub fn careful(permissions: &Permissions) -> String {
    let mut names: Vec<String> = permissions
        .iter()
        .map(|p| p.describe())
        .filter(|p| p.careful)
        .map(|p| lower_first(p.name))
        .collect();
    match (names.pop(), names.is_empty()) {
        (None, _) => String::new(),
        (Some(only), true) => format!("This key can {only}."),
        (Some(last), false) => format!("This key can {} and {last}.", names.join(", ")),
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|c| c.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The form made its value before: the key is there, the value is not shown again. `happened` to the key then.
pub fn shown(
    shell: Shell,
    list: &str,
    key: Key,
    happened: &'static str,
    now: DateTime<Utc>,
) -> ShownPage {
    ShownPage {
        tag: tag(&key, key.state(now)),
        page: format!("{list}/{}", key.id),
        happened,
        again: match key.is_recoverable() {
            true => "It is recoverable: copy it from its page, after a password check.",
            false => "Rotate it to get a new value.",
        },
        label: key.label,
        shell: shell
            .titled("This key was shown once already", "api")
            .at(list),
        list_href: list.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::Permission;

    #[test]
    fn what_to_be_careful_about_is_one_sentence() {
        let said = |permissions: &[Permission]| careful(&permissions.iter().copied().collect());
        assert_eq!(said(&[Permission::ObjectsList]), "");
        assert_eq!(
            said(&[Permission::FileDelete]),
            "This key can delete files."
        );
        assert_eq!(
            said(&[
                Permission::FileDelete,
                Permission::ConfigChange,
                Permission::AccessManage
            ]),
            "This key can delete files, change configuration and manage access and API keys."
        );
    }
}
