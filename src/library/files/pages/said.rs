//! What the details of a file show.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::details::Fields;
use crate::{
    actor::Actor,
    error::Result,
    ids::FileId,
    keys,
    library::{
        files::{
            File, FileSaid, find, kind, labels, labels_on,
            views::{FileView, LabelChoice},
        },
        model::{Metadata, Visibility},
    },
    people,
    policy::{AddToFolder, Permit, ReadFolder, UseLibrary, may_in_folder},
    web::{size, time, ui::Shell},
};

/// Labels that can be chosen here; others only stay or go.
const OFFERED: i64 = 100;

/// Rows for texts that are not there yet.
const ROOM: usize = 2;

pub struct Said {
    pub file: File,
    may_change: bool,
    /// "Ada Park", "the key ci-deploy"; empty of a key that is no longer there.
    maker: String,
    on: Vec<String>,
    /// Those that can be put on it.
    others: Vec<String>,
}

impl Said {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        id: FileId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let found = find::<ReadFolder>(conn, actor, id, now)?;
        let standing = found.folder.roles.standing(&found.folder.folder.path);
        let may_change = may_in_folder::<AddToFolder>(actor, standing);
        let library = found.folder.permit.library();
        let on = labels_on(conn, library, &[id])?;
        let on: Vec<String> = on.into_values().next().unwrap_or_default();
        let all = match may_change {
            true => labels(conn, library, (None, OFFERED))?,
            false => Vec::new(),
        };
        let others = all.into_iter().map(|label| label.name);
        Ok(Self {
            may_change,
            maker: maker(conn, library, &found.file)?,
            others: others.filter(|name| !on.contains(name)).collect(),
            on,
            file: found.file,
        })
    }

    /// What the form is about.
    pub fn said(&self) -> FileSaid {
        FileSaid::of(&self.file, self.on.clone())
    }

    pub fn view(&self, shell: &Shell, fields: &Fields, now: DateTime<Utc>) -> FileView {
        let file = &self.file;
        let kind = kind(&file.media_type);
        let label = |name: &String| LabelChoice {
            name: name.clone(),
            is_on: fields.label.contains(name),
        };
        let mut texts = fields.rows();
        if self.may_change {
            texts.extend(std::iter::repeat_n(Default::default(), ROOM));
        }
        let (size, bytes) = (size(file.size), time::counted(file.size, "byte"));
        FileView {
            id: file.id.to_string(),
            name: file.name.clone(),
            kind: kind.text,
            media_type: file.media_type.clone(),
            bytes: if file.size < 1024 {
                String::new()
            } else {
                bytes
            },
            size,
            checksum: file.checksum(),
            version: file.version,
            maker: self.maker.clone(),
            made: shell.zone.relative(file.created_at, now),
            changed: shell.zone.relative(file.updated_at, now),
            product: pairs(&file.product),
            is_unlisted: fields.visibility() == Visibility::Unlisted,
            labels: self.on.iter().chain(&self.others).map(label).collect(),
            texts,
            may_change: self.may_change,
        }
    }
}

fn pairs(texts: &Metadata) -> Vec<(String, String)> {
    let pair = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    texts.iter().map(pair).collect()
}

fn maker(conn: &mut PgConnection, library: &Permit<UseLibrary>, file: &File) -> Result<String> {
    if let Some(id) = file.created_by_member_id {
        let names = people::names(conn, library, &[id])?;
        return Ok(names.get(&id).cloned().unwrap_or_default());
    }
    let Some(id) = file.created_by_key_id else {
        return Ok(String::new());
    };
    let keys = keys::named(conn, library, &[id])?;
    Ok(keys
        .get(&id)
        .map(|key| format!("the key {}", key.label))
        .unwrap_or_default())
}
