//! A file as it is kept.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use diesel::{pg::Pg, prelude::*};
use serde_json::{Value, json};

use crate::{
    error::{FieldError, Result},
    ids::{FileId, FolderId, KeyId, MemberId, ObjectId},
    library::model::{Metadata, Visibility, composed},
    schema::files,
    web::text,
};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = files, check_for_backend(Pg))]
pub struct File {
    pub id: FileId,
    pub folder_id: FolderId,
    pub object_id: ObjectId,
    pub name: String,
    /// The name as it is sorted.
    pub folded: String,
    /// In bytes.
    pub size: i64,
    /// As its bytes tell.
    pub media_type: String,
    pub sha256: Vec<u8>,
    /// 1 for what it was made with, and one more for each that replaced it.
    pub version: i32,
    /// What programs say of the product that it belongs to.
    pub product: Metadata,
    pub metadata: Metadata,
    pub visibility: Visibility,
    pub created_by_member_id: Option<MemberId>,
    pub created_by_key_id: Option<KeyId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub trashed_at: Option<DateTime<Utc>>,
    /// Who put it there, by name.
    pub trashed_by: Option<String>,
}

impl File {
    /// SHA-256 of its contents, in hexadecimal.
    pub fn checksum(&self) -> String {
        HEXLOWER.encode(&self.sha256)
    }

    /// The same contents have the same (RFC 9110, section 8.8.3).
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.checksum())
    }

    /// What the audit log keeps of it.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "product": self.product,
            "metadata": self.metadata,
            "visibility": self.visibility,
        })
    }

    /// The same of its contents.
    pub fn content_facts(&self) -> Value {
        json!({
            "version": self.version,
            "size": self.size,
            "media_type": self.media_type,
            "sha256": self.checksum(),
        })
    }
}

/// What a file is called: data that is shown and compared, and never a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(pub(super) String);

impl FileName {
    /// In characters.
    pub(super) const LONGEST: usize = 255;

    /// # Errors
    /// What to do about it, under `name`.
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        let name = text::line(&composed(name), "a name for the file", Self::LONGEST);
        match name.as_deref() {
            Ok("." | "..") => {
                Err("Enter a name for the file that is no way to a folder".to_owned())
            }
            _ => name,
        }
        .map(Self)
        .map_err(|why| FieldError::new("name", why))
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A file to be made.
#[derive(Debug)]
pub struct NewFile {
    pub name: FileName,
    pub metadata: Metadata,
    pub object: ObjectId,
    pub size: i64,
    pub media_type: String,
    pub sha256: [u8; 32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_data() {
        for name in [
            "a",
            "../../etc/passwd",
            "C:\\a.txt",
            "Büro 2026 “x”.pdf",
            &"x".repeat(255),
        ] {
            assert_eq!(FileName::parse(name).expect(name).text(), name);
        }
        let parted = FileName::parse("Bu\u{308}ro").expect("a name");
        assert_eq!(parted.text(), "B\u{fc}ro");
        for wrong in [
            "",
            ".",
            " .. ",
            " ",
            "a\0b",
            "a\nb",
            "a\u{202e}fdp.exe",
            &"x".repeat(256),
        ] {
            assert_eq!(FileName::parse(wrong).expect_err(wrong).field, "name");
        }
    }
}
