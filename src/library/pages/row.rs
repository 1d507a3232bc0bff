//! A folder and a file as the table and the menus show them.

use chrono::{DateTime, Utc};

use super::{file_path, folder_path};
use crate::{
    actor::Actor,
    library::{
        files::{File, kind},
        model::{Folder, Visibility},
        views::{MenuItem, Row},
    },
    policy::{AddToFolder, ChangeFolder, HandOverFolder, Standing, TrashFolder, may_in_folder},
    web::{back, size, ui::Shell},
};

/// Whoever looks, at which page, and when.
pub struct Looking<'a> {
    pub actor: &'a Actor,
    pub shell: &'a Shell,
    /// Path and query to come back to.
    pub back: &'a str,
    pub now: DateTime<Utc>,
}

impl Looking<'_> {
    pub fn row(&self, folder: &Folder, standing: Standing, middle: String) -> Row {
        let href = folder_path(self.shell, folder.id);
        let mut menu = vec![MenuItem {
            text: "Open",
            icon: "folder",
            href: href.clone(),
            is_apart: false,
            is_page: true,
        }];
        menu.extend(self.menu(folder, standing));
        Row {
            id: folder.id.to_string(),
            icon: "folder",
            href,
            is_dialog: false,
            parts: vec![(folder.name.clone(), false)],
            name: folder.name.clone(),
            note: folder
                .description
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            is_unlisted: folder.visibility == Visibility::Unlisted,
            middle,
            middle_href: String::new(),
            kind: String::new(),
            size: String::new(),
            changed: self.shell.zone.relative(folder.updated_at, self.now),
            menu,
        }
    }

    /// `parts`: its name, with what was searched for. `within`: the folder that it is in, where that is said.
    pub fn file(
        &self,
        (file, standing): (&File, Standing),
        parts: Vec<(String, bool)>,
        within: Option<&Folder>,
    ) -> Row {
        let kind = kind(&file.media_type);
        let page = file_path(self.shell, file.id);
        let (middle, middle_href) = match within {
            None => (String::new(), String::new()),
            Some(folder) => (folder.name.clone(), folder_path(self.shell, folder.id)),
        };
        Row {
            id: file.id.to_string(),
            icon: kind.icon,
            href: back::dialog(&page, self.back, &folder_path(self.shell, file.folder_id)),
            is_dialog: true,
            name: file.name.clone(),
            parts,
            note: String::new(),
            is_unlisted: file.visibility == Visibility::Unlisted,
            middle,
            middle_href,
            kind: kind.text,
            size: size(file.size),
            changed: self.shell.zone.relative(file.updated_at, self.now),
            menu: self.menu_of_file(file, standing),
        }
    }

    fn menu_of_file(&self, file: &File, standing: Standing) -> Vec<MenuItem> {
        let page = file_path(self.shell, file.id);
        let folder = folder_path(self.shell, file.folder_id);
        let item = |text, icon, what: &str| MenuItem {
            text,
            icon,
            href: back::dialog(&format!("{page}{what}"), self.back, &folder),
            is_apart: what == "/deletion",
            is_page: false,
        };
        let mut menu = vec![
            item("Details…", "info", ""),
            MenuItem {
                text: "Download",
                icon: "download",
                href: format!("{page}/content"),
                is_apart: false,
                is_page: true,
            },
        ];
        if may_in_folder::<AddToFolder>(self.actor, standing) {
            menu.extend([
                item("Rename…", "edit", "/name"),
                item("Move…", "arrow", "/move"),
                item("Delete…", "trash", "/deletion"),
            ]);
        }
        menu
    }

    /// What may be done to a folder itself.
    pub fn menu(&self, folder: &Folder, standing: Standing) -> Vec<MenuItem> {
        let page = folder_path(self.shell, folder.id);
        let item = |text, icon, what: &str| MenuItem {
            text,
            icon,
            href: back::dialog(&format!("{page}/{what}"), self.back, &page),
            is_apart: what == "deletion",
            is_page: false,
        };
        let may = [
            may_in_folder::<ChangeFolder>(self.actor, standing),
            may_in_folder::<AddToFolder>(self.actor, standing),
            may_in_folder::<HandOverFolder>(self.actor, standing),
            may_in_folder::<TrashFolder>(self.actor, standing),
        ];
        let items = [
            item("Edit details…", "edit", "details"),
            item("Move…", "arrow", "move"),
            item("Hand over…", "user", "owner"),
            item("Delete…", "trash", "deletion"),
        ];
        items
            .into_iter()
            .zip(may)
            .filter_map(|(item, may)| may.then_some(item))
            .collect()
    }
}
