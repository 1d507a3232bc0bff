//! What holds for every operation, told once: for the page and for the document.

use super::document::Entry;

pub struct Section {
    /// Of the page's element.
    pub id: &'static str,
    pub title: &'static str,
    /// CommonMark, of paragraphs and `code`.
    pub text: &'static str,
}

const BASICS: Section = Section {
    id: "basics",
    title: "Basics",
    text: "Requests and answers are JSON in UTF-8, with names in `snake_case`. Ids are strings, and times are RFC 3339 in \
        UTC. Whatever answers `GET` answers `HEAD` too.\n\n\
        An answer may gain fields with a new version of Keyroom: ignore those that you do not know.",
};

const AUTHENTICATION: Section = Section {
    id: "authentication",
    title: "Authentication",
    text: "Send the key in the header `Authorization` of every call, as a bearer token, and nowhere else: a key in the \
        address, in a form, in a cookie or in another header is refused.\n\n\
        A secret key is for your server. A call with it that comes from a browser is refused. A key that ends on a date \
        says when, in `X-Key-Expires-At` of every answer that it gets.\n\n\
        What a key may do are its permissions; a personal key does no more than its owner may at that moment, and \
        nothing while its owner is suspended or gone. Each operation names those that it needs, all of them; a key \
        that lacks one gets `permission_missing`, and the answer names what is missing.",
};

const BROWSERS: Section = Section {
    id: "browsers",
    title: "Browsers",
    text: "A publishable key is no secret and may be part of a page. It only reads, and only in pages of the sites that it \
        allows: a call from elsewhere gets `origin_not_allowed`, and one without `Origin` too, unless the key allows every \
        site. The operations for publishable keys say so; any other gets `secret_key_required`.\n\n\
        At those addresses preflights are answered for any site. The call itself is answered with \
        `Access-Control-Allow-Origin` for a site that the key allows, also where it is refused, so that the page can read \
        why. Cookies are never asked for. A secret key in a browser gets `browser_origin_blocked`, in an answer that its \
        page cannot read.",
};

const ERRORS: Section = Section {
    id: "errors",
    title: "Errors",
    text: "Every refusal and every failure is a problem document (RFC 9457) of the type `application/problem+json`. \
        Decide by its `code`, and show `detail` to people; `type` leads to what the code means.\n\n\
        An unknown address is `not_found`, and another method of a known one `method_not_allowed`, with the methods \
        that there are in `Allow`. What belongs to another workspace answers as if it did not exist.",
};

const LISTS: Section = Section {
    id: "lists",
    title: "Lists",
    text: "A list comes in pages. Where `next_cursor` is a text, there is more: ask for the same again with that text as \
        `cursor`. On the last page it is `null`. `limit` says how many entries a page has.",
};

const LIMITS: Section = Section {
    id: "limits",
    title: "Limits",
    text: "A key has so many calls a minute, which begins with the first of them: its own figure or that of the workspace. \
        `RateLimit-Policy` and `RateLimit` of an answer say how many, how many are left, and for how many seconds; a call \
        beyond that gets `rate_limited` and does not count. Several servers of one Keyroom count each for itself.\n\n\
        Where a key has a list of allowed addresses, a call from elsewhere gets `ip_not_allowed`, and the answer names \
        the address that was seen.\n\n\
        Too many invalid keys from one address, or too many refused calls of one key, get `rate_limited`. \
        `Retry-After` says after how many seconds to try again, there and with `unavailable`.",
};

const REQUEST_IDS: Section = Section {
    id: "request-ids",
    title: "Request ids",
    text: "Every answer has an id in `X-Request-Id`, which an error repeats as `request_id`. Whoever runs this server \
        finds the call in its log by that id.",
};

/// Lists are told of where there are any.
pub fn sections(operations: &[Entry]) -> impl Iterator<Item = Section> {
    let has_lists = operations
        .iter()
        .flat_map(|entry| &entry.operation.parameters)
        .any(|parameter| parameter.name == "cursor");
    let all = [
        BASICS,
        AUTHENTICATION,
        BROWSERS,
        ERRORS,
        LISTS,
        LIMITS,
        REQUEST_IDS,
    ];
    all.into_iter()
        .filter(move |section| has_lists || section.id != LISTS.id)
}

pub fn in_commonmark(operations: &[Entry]) -> String {
    let sections = sections(operations);
    let sections = sections.map(|section| format!("## {}\n\n{}", section.title, section.text));
    let sections: Vec<String> = sections.collect();
    format!(
        "The JSON API that the keys of this Keyroom open.\n\n{}",
        sections.join("\n\n")
    )
}
