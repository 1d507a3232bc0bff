//! Of which kind contents are, told by their first bytes and by nothing that whoever sent them says.

const UNKNOWN: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

/// `head`: the first bytes; all of them, where `is_all`.
pub fn media_type(head: &[u8], is_all: bool) -> String {
    if let Some(kind) = infer::get(head) {
        return kind.mime_type().to_owned();
    }
    match is_text(head, is_all) {
        true => TEXT.to_owned(),
        false => UNKNOWN.to_owned(),
    }
}

fn is_text(head: &[u8], is_all: bool) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last letter is cut off.
        Err(cut) if !is_all && cut.error_len().is_none() => {
            std::str::from_utf8(&head[..cut.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    !text.chars().any(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_tell_what_they_are() {
        for (head, is_all, told) in [
            (&b"%PDF-1.7\n"[..], true, "application/pdf"),
            (b"\x89PNG\r\n\x1a\n....", true, "image/png"),
            (b"PK\x03\x04....", true, "application/zip"),
            ("Büro\r\n\tx".as_bytes(), true, "text/plain"),
            (b"", true, "text/plain"),
            (b"B\xc3", false, "text/plain"),
            (b"B\xc3", true, "application/octet-stream"),
            (b"a\0b", true, "application/octet-stream"),
        ] {
            assert_eq!(media_type(head, is_all), told);
        }
    }
}
