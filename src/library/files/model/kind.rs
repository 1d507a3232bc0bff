//! What people call a media type.

/// In words, and the symbol of `icons.svg` for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// "PDF", "JPEG image".
    pub text: String,
    pub icon: &'static str,
}

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const POWERPOINT: &str =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation";

pub fn kind(media_type: &str) -> Kind {
    let of = |text: &str, icon| Kind {
        text: text.to_owned(),
        icon,
    };
    let (family, name) = media_type.split_once('/').unwrap_or((media_type, ""));
    let short = name.strip_prefix("x-").unwrap_or(name);
    let short = short.split('+').next().unwrap_or(short);
    let named = |what: &str| format!("{} {what}", short.to_uppercase());
    match media_type {
        "application/pdf" => of("PDF", "text"),
        "application/octet-stream" => of("Unknown", "file"),
        "text/plain" => of("Text", "text"),
        "text/html" => of("HTML", "text"),
        WORD | "application/msword" | "application/vnd.oasis.opendocument.text" => {
            of("Document", "text")
        }
        EXCEL | "application/vnd.ms-excel" | "application/vnd.oasis.opendocument.spreadsheet" => {
            of("Spreadsheet", "text")
        }
        POWERPOINT
        | "application/vnd.ms-powerpoint"
        | "application/vnd.oasis.opendocument.presentation" => of("Presentation", "text"),
        "application/zip"
        | "application/gzip"
        | "application/x-tar"
        | "application/x-bzip2"
        | "application/x-xz"
        | "application/zstd"
        | "application/x-7z-compressed" => of(&named("archive"), "box"),
        _ => match family {
            "image" if short.len() <= 5 => of(&named("image"), "picture"),
            "image" => of("Image", "picture"),
            "audio" => of("Audio", "play"),
            "video" => of("Video", "play"),
            "text" => of(&named("text"), "text"),
            _ => of(media_type, "file"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_know_has_a_name_and_the_rest_its_own() {
        for (media_type, text, icon) in [
            ("application/pdf", "PDF", "text"),
            (WORD, "Document", "text"),
            ("image/jpeg", "JPEG image", "picture"),
            ("image/svg+xml", "SVG image", "picture"),
            ("image/vnd.adobe.photoshop", "Image", "picture"),
            ("application/x-tar", "TAR archive", "box"),
            ("video/mp4", "Video", "play"),
            ("application/wasm", "application/wasm", "file"),
        ] {
            let told = kind(media_type);
            assert_eq!((told.text.as_str(), told.icon), (text, icon));
        }
    }
}
