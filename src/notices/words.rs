//! What is said of each kind of notice.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    model::{Kind, Row},
    views::{Banner, Piece},
};
use crate::{
    ids::FolderId,
    web::{
        time::{Zone, counted},
        ui::Shell,
    },
};

/// From here on it is urgent.
const LAST_DAY: TimeDelta = TimeDelta::days(1);

/// A notice before it has its addresses.
struct Said {
    tone: &'static str,
    icon: &'static str,
    strong: String,
    pieces: Vec<Piece>,
    /// What to do about it: the words, and the end of the address under that of the key.
    way: (&'static str, &'static str),
}

fn text(words: impl Into<String>) -> Piece {
    Piece::Text(words.into())
}

/// "20 Nov 2026, 09:38 UTC", which decides something.
fn exact(zone: Zone, at: DateTime<Utc>) -> Piece {
    let mut when = zone.date(at);
    when.text.clone_from(&when.exact);
    Piece::Time(when)
}

impl Banner {
    pub(super) fn of(row: &Row, shell: &Shell, now: DateTime<Utc>) -> Self {
        let said = match row.kind() {
            Some(kind) => said(row, &kind, (shell.zone, now)),
            None => unknown(row),
        };
        let workspace = shell.workspace.as_ref();
        let keys = workspace.map_or("", |w| w.keys_of(shell.is_own));
        let notices = workspace.map_or("", |w| w.notices.as_str());
        let (words, end) = said.way;
        Self {
            id: row.id.to_string(),
            tone: said.tone,
            icon: said.icon,
            strong: said.strong,
            pieces: said.pieces,
            // Not to where one is.
            way: match row.kind().as_ref().and_then(folder_of) {
                Some(folder) => Some((words, at_folder(shell, folder, row, end))),
                None => (row.subject_kind() == "key")
                    .then(|| (words, format!("{keys}/{}{end}", row.subject_id))),
            }
            .filter(|(_, href)| shell.path.split('?').next() != Some(href)),
            dismiss: format!("{notices}/{}/dismissal", row.id),
        }
    }
}

fn folder_of(kind: &Kind) -> Option<FolderId> {
    match kind {
        Kind::ShareRequested { folder, .. }
        | Kind::ShareApproved { folder, .. }
        | Kind::ShareDeclined { folder, .. } => Some(*folder),
        _ => None,
    }
}

/// The dialog of the folder, or with an `end`, what was asked there.
fn at_folder(shell: &Shell, folder: FolderId, row: &Row, end: &str) -> String {
    let slug = shell.workspace.as_ref().map_or("", |w| w.slug.as_str());
    let dialog = format!("/w/{slug}/folders/{folder}/share");
    match end {
        "" => dialog,
        end => format!("{dialog}{end}/{}", row.subject_id),
    }
}

/// What is asked and answered about a folder.
fn shared(row: &Row, kind: &Kind) -> Said {
    let folder = &row.subject_label;
    let (tone, strong, words, way) = match kind {
        Kind::ShareRequested {
            by,
            wanted,
            role: as_role,
            ..
        } => (
            "",
            format!("{by} asks for an API key in {folder}."),
            format!("“{wanted}” is to be {} there.", as_role.title()),
            ("Answer", "/requests"),
        ),
        Kind::ShareApproved {
            by,
            key,
            role: as_role,
            ..
        } => (
            "",
            format!("{by} added {key} to {folder}."),
            format!("It is {} there now, as you asked.", as_role.title()),
            ("See who has access", ""),
        ),
        Kind::ShareDeclined {
            by, wanted, reason, ..
        } => (
            "warn",
            format!("{by} did not add {wanted} to {folder}."),
            match reason.as_str() {
                "" => "No reason was given.".to_owned(),
                reason => format!("The reason: {reason}"),
            },
            ("See who has access", ""),
        ),
        _ => ("", String::new(), String::new(), ("", "")),
    };
    Said {
        tone,
        icon: "users",
        strong,
        pieces: vec![text(words)],
        way,
    }
}

fn said(row: &Row, kind: &Kind, (zone, now): (Zone, DateTime<Utc>)) -> Said {
    let label = &row.subject_label;
    match kind {
        Kind::KeyExpiresSoon { expires_at, .. } => expiry(label, *expires_at, (zone, now)),
        Kind::RetiredSecretTried { secret, ip } => Said {
            tone: "bad",
            icon: "warn",
            strong: format!("Somebody still uses the old value of {label}."),
            pieces: vec![
                text(format!(
                    "Secret {secret}, which a rotation ended, was tried {} since ",
                    counted(row.times, "time")
                )),
                exact(zone, row.first_at),
                text(", last "),
                Piece::Time(zone.relative(row.last_at, now)),
                text(format!(
                    " from {ip}. Give that application the new value, or find out who has the old one."
                )),
            ],
            way: ("See the key", ""),
        },
        Kind::KeyUnused {
            since,
            deactivates_at,
        } => Said {
            tone: "warn",
            icon: "pause",
            strong: format!("Nobody uses {label}."),
            pieces: vec![
                text("It was last used or changed on "),
                Piece::Time(zone.date(*since)),
                text(" and will be deactivated on "),
                exact(zone, *deactivates_at),
                text(", unless it is used before."),
            ],
            way: ("See the key", ""),
        },
        Kind::KeyDeactivatedUnused { since } => Said {
            tone: "warn",
            icon: "pause",
            strong: format!("{label} is deactivated."),
            pieces: vec![
                text("It had not been used or changed since "),
                Piece::Time(zone.date(*since)),
                text(". If something still needs it, activate it."),
            ],
            way: ("See the key", ""),
        },
        Kind::KeyCompromised { by } => Said {
            tone: "bad",
            icon: "warn",
            strong: format!("{label} was revoked as compromised."),
            pieces: vec![
                text(format!("{by} has revoked it ")),
                Piece::Time(zone.relative(row.first_at, now)),
                text(". Its incident says what is done and what is left to do."),
            ],
            way: ("Open the incident", "/incident"),
        },
        Kind::ShareRequested { .. } | Kind::ShareApproved { .. } | Kind::ShareDeclined { .. } => {
            shared(row, kind)
        }
    }
}

fn expiry(label: &str, end: DateTime<Utc>, (zone, now): (Zone, DateTime<Utc>)) -> Said {
    let distance = zone.relative(end, now).text;
    match end <= now {
        true => Said {
            tone: "bad",
            icon: "lapse",
            strong: format!("{label} has expired."),
            pieces: vec![
                text("Requests with it have been refused since "),
                exact(zone, end),
                text("."),
            ],
            way: ("Rotate key", "/rotation"),
        },
        false => Said {
            tone: if end - now <= LAST_DAY { "bad" } else { "warn" },
            icon: "clock",
            strong: format!("{label} expires {distance}."),
            pieces: vec![text("It stops working on "), exact(zone, end), text(".")],
            way: ("Rotate key", "/rotation"),
        },
    }
}

fn unknown(row: &Row) -> Said {
    Said {
        tone: "",
        icon: "info",
        strong: format!("There is a notice about {}.", row.subject_label),
        pieces: vec![text(
            "A newer version of Keyroom raised it, and this one cannot show it.",
        )],
        way: ("See the key", ""),
    }
}
