//! The ways up from a folder.

use super::{folder_path, library_path};
use crate::{
    actor::Actor,
    library::{
        model::{Folder, Roles},
        views::Crumb,
    },
    policy::{SeeFolder, may_in_folder},
    web::ui::Shell,
};

/// From the library on, those that whoever looks may see: of the others they may not know. `way`: from the top, with the
/// folder itself at its end.
pub fn crumbs(shell: &Shell, actor: &Actor, way: &[Folder], roles: &Roles) -> Vec<Crumb> {
    let start = Crumb {
        href: library_path(shell),
        name: "Library".to_owned(),
    };
    let folders = seen_above(actor, way, roles).map(|folder| Crumb {
        href: folder_path(shell, folder.id),
        name: folder.name.clone(),
    });
    [start].into_iter().chain(folders).collect()
}

/// Those of a way, but for its end, that whoever looks may see.
pub fn seen_above<'a>(
    actor: &'a Actor,
    way: &'a [Folder],
    roles: &'a Roles,
) -> impl Iterator<Item = &'a Folder> {
    let above = way.split_last().map(|(_, above)| above).unwrap_or_default();
    above
        .iter()
        .filter(|folder| may_in_folder::<SeeFolder>(actor, roles.standing(&folder.path)))
}
