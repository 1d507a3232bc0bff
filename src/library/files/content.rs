//! Contents that go out: all of them or a range (RFC 9110, sections 13 and 14), as a file to save and never as a page.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE,
            Charset, ContentDisposition, DispositionParam, DispositionType, ETAG, EntityTag,
            ExtendedValue, Header, IF_MATCH, IF_NONE_MATCH, IF_RANGE, IfMatch, IfNoneMatch, RANGE,
            Range,
        },
    },
};

use futures_util::StreamExt;

use super::model::File;
use crate::{
    error::{Error, Result},
    ids::WorkspaceId,
    objects::{At, Objects},
};

/// What a request asks of the contents of a file, as it is now.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    All,
    /// From the first byte to the last one, itself included.
    Part(u64, u64),
    /// The caller has them.
    Nothing,
}

/// # Errors
/// `Precondition`: `If-Match` names other contents. `Range`: it has no such bytes. `Away`: the store is away.
pub async fn answer(
    req: &HttpRequest,
    (workspace, file): (WorkspaceId, &File),
    objects: &Objects,
) -> Result<HttpResponse> {
    let size = u64::try_from(file.size).unwrap_or(0);
    let asked = asked(req, file, size)?;
    let mut answer = HttpResponse::build(match asked {
        Asked::All => StatusCode::OK,
        Asked::Part(..) => StatusCode::PARTIAL_CONTENT,
        Asked::Nothing => StatusCode::NOT_MODIFIED,
    });
    answer.insert_header((ETAG, file.etag()));
    let range = match asked {
        Asked::Nothing => return Ok(answer.finish()),
        Asked::All => 0..size,
        Asked::Part(first, last) => {
            answer.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
            first..last + 1
        }
    };
    answer
        .insert_header((CONTENT_TYPE, content_type(&file.media_type)))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CONTENT_DISPOSITION, disposition(&file.name)))
        // Packed, it would have neither this length nor these ranges.
        .insert_header((CONTENT_ENCODING, "identity"));
    let length = range.end - range.start;
    let at = At {
        workspace,
        id: file.object_id,
    };
    // A HEAD learns whether there is a first byte, and gets none.
    let (range, most) = match *req.method() == Method::HEAD {
        true => (0..length.min(1), 0),
        false => (range, usize::MAX),
    };
    let bytes = objects.read(at, range).await?.take(most);
    Ok(answer.body(SizedStream::new(length, bytes)))
}

/// On which contents the request depends.
#[derive(Debug)]
pub struct Condition {
    /// None: on any.
    these: Option<Vec<EntityTag>>,
    not_these: IfNoneMatch,
}

impl Condition {
    pub fn of(req: &HttpRequest) -> Self {
        let is_there = |name| req.headers().contains_key(name);
        Self {
            // What cannot be read names none.
            these: match IfMatch::parse(req) {
                Ok(IfMatch::Any) => None,
                Ok(IfMatch::Items(tags)) => is_there(IF_MATCH).then_some(tags),
                Err(_) => is_there(IF_MATCH).then(Vec::new),
            },
            not_these: match IfNoneMatch::parse(req) {
                Ok(tags) if is_there(IF_NONE_MATCH) => tags,
                _ => IfNoneMatch::Items(Vec::new()),
            },
        }
    }

    /// Is it as whoever changes a file knows its contents?
    pub fn holds(&self, file: &File) -> bool {
        self.is_of_these(file) && !self.is_known(file)
    }

    fn is_of_these(&self, file: &File) -> bool {
        let tag = tag(file);
        let these = self.these.as_ref();
        these.is_none_or(|these| these.iter().any(|one| one.strong_eq(&tag)))
    }

    /// The caller has them.
    fn is_known(&self, file: &File) -> bool {
        match &self.not_these {
            IfNoneMatch::Any => true,
            IfNoneMatch::Items(tags) => tags.iter().any(|one| one.weak_eq(&tag(file))),
        }
    }
}

fn tag(file: &File) -> EntityTag {
    EntityTag::new_strong(file.checksum())
}

fn asked(req: &HttpRequest, file: &File, size: u64) -> Result<Asked> {
    let condition = Condition::of(req);
    if !condition.is_of_these(file) {
        return Err(Error::Precondition);
    }
    if condition.is_known(file) {
        return Ok(Asked::Nothing);
    }
    let headers = req.headers();
    // A date is none of ours: then all of it.
    let is_same = headers.get(IF_RANGE).is_none_or(|value| {
        let named = value
            .to_str()
            .ok()
            .and_then(|text| text.parse::<EntityTag>().ok());
        named.is_some_and(|one| one.strong_eq(&tag(file)))
    });
    // Of anything but a GET a range means nothing (RFC 9110, section 14.2).
    if *req.method() != Method::GET || !headers.contains_key(RANGE) || !is_same {
        return Ok(Asked::All);
    }
    match Range::parse(req) {
        Ok(Range::Bytes(ranges)) => match ranges.as_slice() {
            [one] => one
                .to_satisfiable_range(size)
                .map(|(first, last)| Asked::Part(first, last))
                .ok_or(Error::Range(size)),
            // Several at once may be answered with all.
            _ => Ok(Asked::All),
        },
        _ => Ok(Asked::All),
    }
}

fn content_type(media_type: &str) -> String {
    match media_type {
        "text/plain" => "text/plain; charset=utf-8".to_owned(),
        other => other.to_owned(),
    }
}

/// To be saved under its name (RFC 6266): in all letters, and in those that every client reads.
fn disposition(name: &str) -> ContentDisposition {
    let is_plain =
        |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '/' | '%');
    let plain: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let mut parameters = vec![DispositionParam::Filename(plain.clone())];
    if plain != name {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        }));
    }
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_in_all_letters_and_are_no_header_of_their_own() {
        for (name, told) in [
            ("a b.txt", r#"attachment; filename="a b.txt""#),
            (
                "Büro.pdf",
                r#"attachment; filename="B_ro.pdf"; filename*=UTF-8''B%C3%BCro.pdf"#,
            ),
            (
                "a\"b\\c/d",
                r#"attachment; filename="a_b_c_d"; filename*=UTF-8''a%22b%5Cc%2Fd"#,
            ),
        ] {
            assert_eq!(disposition(name).to_string(), told);
        }
    }
}
