//! The row of a group, with those who have access through it.

use super::rows::Rows;
use crate::{
    ids::GroupId,
    sharing::views::Row,
    web::{
        time::{counted, grouped},
        ui::Avatar,
    },
};

impl Rows<'_> {
    pub fn group(&self, id: GroupId) -> Option<Row> {
        let (name, number) = self.access.names.groups.get(&id)?;
        let groups = self.shell.workspace.as_ref().map(|w| w.groups.as_str());
        let page = groups.filter(|_| self.shell.is_admin);
        let size = counted(*number, "member");
        Some(Row {
            id: id.to_string(),
            avatar: Avatar::group(),
            name: name.clone(),
            note: match page {
                Some(_) => "Group, ".to_owned(),
                None => format!("Group, {size}"),
            },
            page: page.map(|page| (size, format!("{page}/{id}"))),
            members: self.members(id, *number),
            ..self.nobody()
        })
    }

    /// "Lena Fischer, Sam Okafor (suspended) and 4 more".
    fn members(&self, of: GroupId, number: i64) -> Option<String> {
        let named = self.access.in_groups.get(&of)?;
        let names: Vec<String> = named
            .iter()
            .map(|one| match one.is_suspended {
                true => format!("{} (suspended)", one.name),
                false => one.name.clone(),
            })
            .collect();
        let more = number - i64::try_from(names.len()).unwrap_or_default();
        let names = names.join(", ");
        Some(match more {
            ..=0 => names,
            more => format!("{names} and {} more", grouped(more)),
        })
    }
}
