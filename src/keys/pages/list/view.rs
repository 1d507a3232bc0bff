//! What the list shows, from what was read.

use chrono::{DateTime, Utc};

use super::{
    super::{list_path, runs},
    Read,
    address::{address, page_address, query_of},
    card,
};
use crate::{
    keys::{
        model::{Filter, Order, OwnedBy, Place, Search, State, Wanted},
        store::{EXACT, Listed},
        views::{
            Choosable, EmptyList, KeyList, OwnKeys, OwnerChoice, PermissionChoices, SearchForm,
            SelectedAll, StatusFilter,
        },
    },
    permissions::{Group, Permission},
    web::{
        time,
        ui::{HomeLink, Pager, Shell},
    },
};

impl Read {
    /// `back`: where a change of a card returns to.
    pub fn view(self, shell: &Shell, back: &str, now: DateTime<Utc>) -> KeyList {
        let path = list_path(shell);
        let here = address(&path, &self.wanted);
        let link = |text, filter: Filter| StatusFilter {
            text,
            count: self.said(filter),
            href: address(
                &path,
                &Wanted {
                    filter,
                    ..self.wanted.clone()
                },
            ),
            current: self.wanted.filter == filter,
        };
        let suspended = Filter::In(State::Suspended);
        let has_suspended = self.wanted.filter == suspended || self.counts.of(suspended) > 0;
        KeyList {
            workspace: shell
                .workspace
                .as_ref()
                .map(|w| w.name.clone())
                .unwrap_or_default(),
            new: format!("{path}/new"),
            can_make: self.can_make,
            own: self.is_own.then(|| own(shell, self.can_make)),
            search: self
                .any
                .then(|| search_form(path.clone(), &self.wanted, self.owners())),
            filters: [
                Some(link("All", Filter::Kept)),
                Some(link("Active", Filter::In(State::Active))),
                Some(link("Deactivated", Filter::In(State::Deactivated))),
                Some(link("Expired", Filter::In(State::Expired))),
                has_suspended.then(|| link("Suspended", suspended)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            revoked: link("Revoked", Filter::In(State::Revoked)),
            empty: self.slice.rows.is_empty().then(|| self.empty(&path)),
            pager: self.pager(&path),
            select: format!("{path}/selection"),
            notices: self.notices.view(shell, back, now),
            run: self.run.as_ref().and_then(|run| runs::banner(shell, run)),
            select_all: (self.slice.older || self.slice.newer).then(|| {
                let sign = if here.contains('?') { '&' } else { '?' };
                let n = self.said(self.wanted.filter);
                (
                    format!("Select all {n} keys"),
                    format!("{here}{sign}select=all"),
                )
            }),
            selected: (self.selects_all && !self.slice.rows.is_empty()).then(|| SelectedAll {
                told: format!(
                    "All {} keys that match are selected",
                    self.said(self.wanted.filter)
                ),
                matching: query_of(&self.wanted),
                clear: here.clone(),
            }),
            incidents: self.incidents.view(shell, &path, now),
            back: back.to_owned(),
            cards: self
                .slice
                .rows
                .iter()
                .map(|listed| card(listed, shell, back, now))
                .collect(),
        }
    }

    /// "16", or "1,000+" of what is only counted so far.
    fn said(&self, filter: Filter) -> String {
        match self.counts.of(filter) {
            n if n > EXACT && self.counts.is_bounded => format!("{}+", time::grouped(EXACT)),
            n => time::grouped(n),
        }
    }

    /// Whose keys can be asked for; nobody else's where all are one's own.
    fn owners(&self) -> Vec<OwnerChoice> {
        if self.is_own {
            return Vec::new();
        }
        let choice = |owner: Option<OwnedBy>, text: &str| OwnerChoice {
            value: owner.map(OwnedBy::name).unwrap_or_default(),
            text: text.to_owned(),
            selected: self.wanted.owner == owner,
        };
        let usual = [
            choice(None, "All owners"),
            choice(Some(OwnedBy::Workspace), "Workspace keys"),
            choice(Some(OwnedBy::Me), "Mine"),
            choice(Some(OwnedBy::Members), "Personal keys"),
        ];
        let members = self.owners.iter();
        let members = members.map(|(id, name)| choice(Some(OwnedBy::Member(*id)), name));
        usual.into_iter().chain(members).collect()
    }

    fn pager(&self, path: &str) -> Pager {
        let filter = self.wanted.filter;
        let s = if self.counts.of(filter) == 1 { "" } else { "s" };
        let total = format!("{} key{s}", self.said(filter));
        let to = |side, listed: &Listed| {
            let at = place(listed, self.wanted.order);
            page_address(path, &self.wanted, side, at, listed.key.id)
        };
        let first = self.slice.rows.first().filter(|_| self.slice.newer);
        let last = self.slice.rows.last().filter(|_| self.slice.older);
        let label = match first.or(last) {
            None => total,
            Some(_) => format!("{} of {total}", self.slice.rows.len()),
        };
        let (previous, next) = (first.map(|l| to("after", l)), last.map(|l| to("before", l)));
        Pager::by_page(label, previous, next)
    }

    fn empty(&self, path: &str) -> EmptyList {
        let kind = match self.wanted.filter {
            Filter::Kept => String::new(),
            Filter::In(state) => format!("{} ", state.name()),
        };
        let permission = self.wanted.permission.map(|p| p.describe().name);
        let sought = self.wanted.search.as_ref().map(sought);
        let why = match (permission, sought) {
            (None, None) if self.wanted.owner.is_some() => match self.wanted.owner {
                Some(OwnedBy::Workspace) => format!("There is no {kind}workspace key."),
                Some(OwnedBy::Me) => format!("You have no {kind}key here."),
                Some(OwnedBy::Members) => format!("There is no {kind}personal key."),
                Some(OwnedBy::Member(_)) | None => format!("There is no {kind}key of theirs."),
            },
            (None, None) => {
                return match self.wanted.filter {
                    _ if !self.any && self.is_own => EmptyList::first_own(self.can_make),
                    _ if !self.any => EmptyList::first(),
                    Filter::In(State::Revoked) => EmptyList::revoked(path.to_owned()),
                    Filter::In(state) if self.is_own => EmptyList::filtered(
                        format!("None of your keys here is {}.", state.name()),
                        path.to_owned(),
                    ),
                    Filter::In(state) => EmptyList::filtered(
                        format!("No key in this workspace is {}.", state.name()),
                        path.to_owned(),
                    ),
                    Filter::Kept => EmptyList::only_revoked(),
                };
            }
            (Some(permission), None) => {
                format!("No {kind}key has the permission “{permission}”.")
            }
            (None, Some(sought)) => format!("No {kind}key {sought}"),
            (Some(permission), Some(sought)) => {
                format!("No {kind}key with the permission “{permission}” {sought}")
            }
        };
        EmptyList::filtered(why, path.to_owned())
    }
}

fn sought(search: &Search) -> String {
    format!(
        "has “{}” in its label. Search looks at labels and key IDs.",
        search.text()
    )
}

fn place(listed: &Listed, order: Order) -> Place {
    let key = &listed.key;
    match order {
        Order::Newest | Order::Oldest => Place::Made(key.created_at),
        Order::Label | Order::LabelReversed => Place::Label(key.label.clone()),
        Order::Expiry => Place::End(key.expires_at),
    }
}

fn own(shell: &Shell, can_make: bool) -> OwnKeys {
    let here = shell.workspace.as_ref();
    OwnKeys {
        workspace_keys: here
            .filter(|_| shell.is_admin)
            .map(|w| w.keys.clone()),
        note: match can_make {
            true => String::new(),
            false => "Members make no new ones here; those you have keep working, and you can deactivate and revoke them.".to_owned(),
        },
        others: shell
            .homes
            .iter()
            .filter(|home| !home.current)
            .map(|home| HomeLink {
                href: format!("{}/account/api-keys", home.href),
                ..home.clone()
            })
            .collect(),
    }
}

fn search_form(action: String, wanted: &Wanted, owners: Vec<OwnerChoice>) -> SearchForm {
    SearchForm {
        owners,
        action,
        q: wanted
            .search
            .as_ref()
            .map(|search| search.text().to_owned())
            .unwrap_or_default(),
        status: match wanted.filter {
            Filter::Kept => "",
            Filter::In(state) => state.name(),
        },
        permissions: Group::ALL
            .iter()
            .map(|group| PermissionChoices {
                group: group.title(),
                choices: permissions_of(*group, wanted.permission),
            })
            .collect(),
        orders: Order::ALL
            .into_iter()
            .map(|order| Choosable {
                // The order that is there without a question is not asked for.
                value: match order == Order::default() {
                    true => "",
                    false => order.name(),
                },
                text: in_words(order),
                selected: order == wanted.order,
            })
            .collect(),
    }
}

fn permissions_of(group: Group, chosen: Option<Permission>) -> Vec<Choosable> {
    Permission::ALL
        .iter()
        .map(|permission| (permission, permission.describe()))
        .filter(|(_, about)| about.group == group)
        .map(|(permission, about)| Choosable {
            value: about.code,
            text: about.name,
            selected: chosen == Some(*permission),
        })
        .collect()
}

fn in_words(order: Order) -> &'static str {
    match order {
        Order::Newest => "Newest",
        Order::Oldest => "Oldest",
        Order::Label => "Label A–Z",
        Order::LabelReversed => "Label Z–A",
        Order::Expiry => "Expires soonest",
    }
}
