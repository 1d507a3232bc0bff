//! Who has access, a row each, and who is invited.

use chrono::{DateTime, Utc};

use super::{
    dialog::TypedEnd,
    folder_path, path, path_of,
    read::{Access, Sight},
};
use crate::{
    actor::FolderRole,
    error::FieldError,
    ids::{FolderId, MemberId},
    invitations::State as Invited,
    keys::{Key, State},
    library::{Share, Subject},
    people::Known,
    sharing::{
        model::{Request, State as Asked, flaw},
        views::{PendingRow, RequestRow, Row, RowEdit, RowEnd, Through},
    },
    web::ui::{Avatar, KeyTag, Shell, last_moment},
};

pub struct Rows<'a> {
    pub sight: &'a Sight,
    pub access: &'a Access,
    /// What was typed into a row.
    pub end: Option<&'a TypedEnd>,
    pub shell: &'a Shell,
    pub now: DateTime<Utc>,
}

impl Rows<'_> {
    pub fn all(&self) -> Vec<Row> {
        let owners = self.access.owners.iter().rev();
        let owners = owners.filter_map(|(folder, member)| self.owner(*folder, *member));
        let shares = self.access.shares.iter();
        owners
            .chain(shares.filter_map(|share| self.share(share)))
            .collect()
    }

    fn owner(&self, folder: FolderId, member: MemberId) -> Option<Row> {
        let person = self.access.names.people.get(&member)?;
        let is_here = folder == self.sight.found.folder.id;
        Some(Row {
            way: match is_here {
                true => "Owner of the folder",
                false => "Owner of the folder ",
            },
            through: self.through(folder),
            fixed: if is_here { "Owner" } else { "Editor" },
            ..self.person(person)
        })
    }

    fn person(&self, of: &Known) -> Row {
        Row {
            id: of.id.to_string(),
            avatar: Avatar::person(&of.name),
            name: of.name.clone(),
            is_you: self.sight.actor.member_id() == Some(of.id),
            note: match of.is_suspended {
                true => format!("{}. Suspended, so they have no access now", of.email),
                false => of.email.clone(),
            },
            tag: None,
            page: None,
            way: "Direct",
            through: None,
            ends: None,
            flaw: None,
            members: None,
            fixed: "",
            edit: None,
        }
    }

    fn share(&self, share: &Share) -> Option<Row> {
        let row = match share.subject {
            Subject::Member(id) => self.person(self.access.names.people.get(&id)?),
            Subject::Group(id) => self.group(id)?,
            Subject::Key(id) => self.key(self.access.names.keys.get(&id)?, share),
            Subject::Invitation(_) => return None,
        };
        let is_here = share.folder == self.sight.found.folder.id;
        let is_key = matches!(share.subject, Subject::Key(_));
        let may = match is_key {
            true => self.sight.may_share_with_keys,
            false => self.sight.may_share,
        };
        let edit = (is_here && may).then(|| self.edit(share, &row.name));
        Some(Row {
            // The same may have a role here and by a folder above.
            id: share.id.to_string(),
            way: if is_here {
                "Direct"
            } else {
                "Through the folder "
            },
            through: self.through(share.folder),
            ends: share
                .expires_at
                .map(|end| self.shell.zone.date(last_moment(end))),
            fixed: share.role.title(),
            edit,
            ..row
        })
    }

    pub(super) fn nobody(&self) -> Row {
        self.person(&Known {
            id: MemberId::fresh(),
            name: String::new(),
            email: String::new(),
            is_suspended: false,
        })
    }

    fn key(&self, key: &Key, share: &Share) -> Row {
        let id = key.id.as_str();
        let tag = match key.state(self.now) {
            State::Active | State::Rotating => KeyTag::small(id),
            State::Deactivated | State::Suspended => KeyTag::small_off(id),
            State::Expired | State::Revoked => KeyTag::small_dead(id),
        };
        let flaw = flaw(key, share.role, self.now);
        Row {
            avatar: match key.kind.is_publishable() {
                true => Avatar::publishable_key(),
                false => Avatar::key(),
            },
            name: key.label.clone(),
            tag: Some(tag.publishable(key.kind.is_publishable())),
            note: match flaw {
                None => format!("API key. {}", share.role.means()),
                Some(_) => "API key".to_owned(),
            },
            flaw: flaw.map(|flaw| self.flaw(key, &flaw)),
            ..self.nobody()
        }
    }

    fn through(&self, folder: FolderId) -> Option<Through> {
        let here = &self.sight.found.folder;
        if folder == here.id {
            return None;
        }
        let ids = here.path.ids();
        let upto = ids.iter().position(|id| *id == folder)?;
        let sees = self.shell.is_admin || self.access.roles.role_along(&ids[..=upto]).is_some();
        // The name of a folder is told to nobody who may not know of it.
        Some(match sees {
            true => Through {
                name: self.access.above.get(&folder)?.clone(),
                href: Some(folder_path(self.shell, folder)),
            },
            false => Through {
                name: "above it".to_owned(),
                href: None,
            },
        })
    }

    fn edit(&self, share: &Share, name: &str) -> RowEdit {
        let path = path_of(self.shell, share.folder, share.subject);
        let what = match share.subject {
            Subject::Key(_) => "API access role",
            _ => "Role",
        };
        let permit = &self.sight.found.permit;
        RowEdit {
            role: permit
                .may_give_until(share.expires_at)
                .then(|| format!("{path}/role")),
            removal: format!("{path}/removal"),
            label: format!("{what} for {name}"),
            is_editor: share.role == FolderRole::Editor,
            end: self.end(share, format!("{path}/end")),
        }
    }

    fn end(&self, share: &Share, action: String) -> RowEnd {
        let typed = self.typed(share);
        let until = self.sight.found.permit.until();
        let day = |at| self.shell.zone.date_of(last_moment(at)).to_string();
        RowEnd {
            action,
            value: match typed {
                Some(typed) => typed.value.clone(),
                None => share.expires_at.map(day).unwrap_or_default(),
            },
            min: self.shell.zone.date_of(self.now).to_string(),
            zone: self.shell.zone.name(),
            no_later: until.map(day),
            ends: share.expires_at.is_some(),
            after: self.access.after.map(|id| id.to_string()),
            error: typed.map(|typed| typed.why.clone()),
        }
    }

    fn typed(&self, share: &Share) -> Option<&TypedEnd> {
        let is_here = share.folder == self.sight.found.folder.id;
        self.end
            .filter(|typed| is_here && typed.subject == share.subject)
    }

    /// About a date in a row.
    pub fn mistake(&self) -> Option<FieldError> {
        let mut shares = self.access.shares.iter();
        let (share, typed) = shares.find_map(|share| Some((share, self.typed(share)?)))?;
        Some(FieldError::new(format!("end-{}", share.id), &typed.why))
    }

    pub fn requests(&self) -> Vec<RequestRow> {
        let here = path(self.shell, self.sight.found.folder.id);
        let row = |of: &Request| {
            let page = format!("{here}/requests/{}", of.id);
            let is_open = of.state() == Asked::Open;
            let answers = self.sight.may_share_with_keys;
            let asker = self.access.names.people.get(&of.asked_by_member_id);
            let said = match (of.state(), asker) {
                (Asked::Approved, _) => "Approved".to_owned(),
                (Asked::Declined, _) => "Declined".to_owned(),
                (_, Some(asker)) if answers => format!("Asked by {}", asker.name),
                _ => "Asked".to_owned(),
            };
            RequestRow {
                wanted: of.wanted.clone(),
                said: format!("{}. {said}", of.role.title()),
                at: self
                    .shell
                    .zone
                    .relative(of.decided_at.unwrap_or(of.asked_at), self.now),
                reason: of.reason.clone(),
                answer: (is_open && answers).then(|| page.clone()),
                withdraw: (is_open && !answers).then(|| format!("{page}/withdrawal")),
            }
        };
        self.access.requests.iter().map(row).collect()
    }

    /// Whoever does not share the folder is not told addresses of people from outside.
    pub fn pending(&self) -> Vec<PendingRow> {
        if !self.sight.may_share {
            return Vec::new();
        }
        let here = path(self.shell, self.sight.found.folder.id);
        let role = |id| {
            let shares = self.access.shares.iter();
            let mut of = shares.filter(|share| share.subject == Subject::Invitation(id));
            of.next().map(|share| share.role)
        };
        let invitations = self.access.names.invitations.iter();
        invitations
            .filter_map(|of| {
                let page = format!("{here}/invitations/{}", of.id);
                Some(PendingRow {
                    email: of.email.clone(),
                    role: role(of.id)?.title(),
                    sent: self.shell.zone.relative(of.sent_at, self.now),
                    end: self.shell.zone.relative(of.expires_at, self.now),
                    is_over: of.state(self.now) == Invited::Expired,
                    resend: self
                        .sight
                        .may_invite
                        .as_ref()
                        .map(|_| format!("{page}/renewal")),
                    cancel: format!("{page}/cancellation"),
                })
            })
            .collect()
    }
}
