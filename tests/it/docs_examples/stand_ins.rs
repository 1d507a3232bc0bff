//! What examples show in place of what differs from run to run: ids, secrets and times. It goes both ways.

use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeDelta, Utc};
use regex::{Captures, Regex};

/// It is half past nine there.
const NOW: &str = "2026-11-20T09:30:00Z";
/// Of keys that a call makes, in their order.
const FRESH: [&str; 4] = [
    "2Ld9vRk5Yw3E",
    "6Pt3xGm8Qz0H",
    "4Jn7wCb1Xs5K",
    "0Fv8yTd2Mh6R",
];

static TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?Z)?"));
static UUID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"));
static SECRET: LazyLock<Regex> = LazyLock::new(|| pattern("skey_([0-9A-Za-z]{12})[0-9A-Za-z]{38}"));
static PUBLISHABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern("pk_([0-9A-Za-z]{12})[0-9A-Za-z]{30}"));
static KEY_ID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:skey_|pk_|"id": ?")([0-9A-Za-z]{12})(?:…|")"#));
static SECONDS: LazyLock<Regex> = LazyLock::new(|| pattern(r#""(iat|exp)": (\d+)"#));
static CURSOR: LazyLock<Regex> = LazyLock::new(|| pattern(r#""next_cursor": "[^"]+""#));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

pub struct StandIns {
    /// What there is, and what is shown; in both directions.
    pairs: Vec<(String, String)>,
    /// Only shown: names that are whole words of the text otherwise.
    names: Vec<(String, String)>,
    now: DateTime<Utc>,
    fresh_ids: usize,
    fresh_uuids: usize,
}

impl StandIns {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            pairs: Vec::new(),
            names: Vec::new(),
            now,
            fresh_ids: 0,
            fresh_uuids: 0,
        }
    }

    pub fn put(&mut self, real: &str, shown: &str) {
        self.pairs.push((real.to_owned(), shown.to_owned()));
    }

    pub fn name(&mut self, real: &str, shown: &str) {
        self.names.push((real.to_owned(), shown.to_owned()));
    }

    /// A key with its value.
    pub fn key(&mut self, id: &str, value: &str, shown: &str) {
        self.put(id, shown);
        let prefix = if value.starts_with("pk_") {
            "pk_"
        } else {
            "skey_"
        };
        let nth = self
            .pairs
            .iter()
            .filter(|(_, s)| s.len() > 30 && s.contains(shown));
        let shown = whole(prefix, shown, nth.count());
        self.put(value, &shown);
    }

    /// What was really answered, as it is shown.
    pub fn shown(&mut self, text: &str) -> String {
        self.meet(text);
        let mut text = text.to_owned();
        self.pairs
            .sort_by_key(|(real, _)| std::cmp::Reverse(real.len()));
        for (real, shown) in self.pairs.iter().chain(&self.names) {
            text = text.replace(real, shown);
        }
        let text = self.in_seconds(&text);
        let text = CURSOR.replace_all(&text, r#""next_cursor": "MTc2MzYyOTgwMA""#);
        self.shift(&text, -1)
    }

    /// What is shown of a call, as it is really made.
    pub fn real(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        self.pairs
            .sort_by_key(|(_, shown)| std::cmp::Reverse(shown.len()));
        for (real, shown) in &self.pairs {
            text = text.replace(shown, real);
        }
        self.shift(&text, 1)
    }

    /// Notes what is new in an answer.
    fn meet(&mut self, text: &str) {
        let is_known =
            |pairs: &[(String, String)], real: &str| pairs.iter().any(|(r, _)| r == real);
        // The document of the API has examples in it, which are shown as they are.
        let is_example = |pairs: &[(String, String)], id: &str| {
            FRESH.contains(&id) || pairs.iter().any(|(_, shown)| shown == id)
        };
        for found in KEY_ID.captures_iter(text).chain(SECRET.captures_iter(text)) {
            if !is_known(&self.pairs, &found[1]) && !is_example(&self.pairs, &found[1]) {
                let shown = FRESH[self.fresh_ids];
                self.fresh_ids += 1;
                self.put(&found[1], shown);
            }
        }
        for found in SECRET
            .captures_iter(text)
            .chain(PUBLISHABLE.captures_iter(text))
        {
            if !is_known(&self.pairs, &found[0]) && !is_example(&self.pairs, &found[1]) {
                let id = self.pairs.iter().find(|(real, _)| *real == found[1]);
                let id = id.expect("an id").1.clone();
                let of_it = |shown: &String| shown.len() > 30 && shown.contains(&id);
                let nth = self.pairs.iter().filter(|(_, shown)| of_it(shown)).count();
                let prefix = if found[0].starts_with("pk_") {
                    "pk_"
                } else {
                    "skey_"
                };
                self.put(&found[0], &whole(prefix, &id, nth));
            }
        }
        for found in UUID.find_iter(text) {
            if !is_known(&self.pairs, found.as_str()) {
                let shown = format!("019a9fd4-8a52-7c90-b3d7-6e5f4a3b2c{:02x}", self.fresh_uuids);
                self.fresh_uuids += 1;
                self.put(found.as_str(), &shown);
            }
        }
    }

    /// Times as tokens have them.
    fn in_seconds(&self, text: &str) -> String {
        let base: DateTime<Utc> = NOW.parse().expect("a time");
        let moved = SECONDS.replace_all(text, |found: &Captures<'_>| {
            let at: i64 = found[2].parse().expect("digits");
            let steps = (at - self.now.timestamp() + 150).div_euclid(300);
            format!("\"{}\": {}", &found[1], base.timestamp() + steps * 300)
        });
        moved.into_owned()
    }

    /// Times and days go with the clock, to five minutes.
    fn shift(&self, text: &str, direction: i32) -> String {
        let base: DateTime<Utc> = NOW.parse().expect("a time");
        let (from, to) = if direction < 0 {
            (self.now, base)
        } else {
            (base, self.now)
        };
        let moved = TIME.replace_all(text, |found: &Captures<'_>| {
            if found.get(2).is_some() {
                let Ok(at) = found[0].parse::<DateTime<Utc>>() else {
                    return found[0].to_owned();
                };
                let step = 300;
                let seconds = (at - from).num_milliseconds() as f64 / 1000.0;
                let steps = (seconds / f64::from(step)).round() as i64;
                let at = to + TimeDelta::seconds(steps * i64::from(step));
                return at.to_rfc3339_opts(SecondsFormat::Secs, true);
            }
            let Ok(day) = found[1].parse::<NaiveDate>() else {
                return found[0].to_owned();
            };
            let days = (day - from.date_naive()).num_days();
            let to = to.date_naive();
            let day = match u64::try_from(days) {
                Ok(days) => to + Days::new(days),
                Err(_) => to - Days::new(days.unsigned_abs()),
            };
            day.to_string()
        });
        moved.into_owned()
    }
}

/// A value that has the form of a key, the nth of this id.
fn whole(prefix: &str, id: &str, nth: usize) -> String {
    let digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let length = if prefix == "pk_" { 24 } else { 32 };
    let body = format!("{prefix}{id}{}", &digits[nth * 10..nth * 10 + length]);
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut crc = Vec::new();
    for _ in 0..6 {
        crc.push(digits.as_bytes()[(rest % 62) as usize]);
        rest /= 62;
    }
    crc.reverse();
    body + &String::from_utf8(crc).expect("digits")
}

#[test]
fn what_stands_in_has_the_form_of_a_key_and_goes_back() {
    let key = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
    assert_eq!(whole("skey_", "7Kq2mXw0B1aZ", 0), key);
    for n in 0..3 {
        for prefix in ["skey_", "pk_"] {
            let made = whole(prefix, "2Ld9vRk5Yw3E", n);
            assert!(keyroom::keys::PresentedKey::parse(&made).is_ok(), "{made}");
        }
    }
    let now = "2031-02-03T04:05:06.789Z".parse().expect("a time");
    let mut all = StandIns::new(now);
    all.put("AAAAAAAAAAAA", "7Kq2mXw0B1aZ");
    let real = r#"{"id": "AAAAAAAAAAAA", "at": "2031-02-03T04:05:07.1Z", "until": "2031-02-04T04:05:07Z"}"#;
    let shown = all.shown(real);
    assert_eq!(
        shown,
        r#"{"id": "7Kq2mXw0B1aZ", "at": "2026-11-20T09:30:00Z", "until": "2026-11-21T09:30:00Z"}"#
    );
    let token = format!("\"iat\": {}", all.now.timestamp() + 86_402);
    assert_eq!(all.shown(&token), "\"iat\": 1795253400");
    assert_eq!(
        all.real("/v1/7Kq2mXw0B1aZ?day=2026-11-19&from=2026-11-20T09:30:00Z"),
        "/v1/AAAAAAAAAAAA?day=2031-02-02&from=2031-02-03T04:05:06Z"
    );
}
