//! Somebody has found a key where it must not be, and says so: under `/v1`, for anybody.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse, Responder, body::BoxBody, http::Method, rt::time::sleep, web::Data,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::Instant;

use super::{actions, secret::PresentedKey};
use crate::{
    actor::Source,
    db::ApiDb,
    error::Result,
    key_files::Pepper,
    mail::Mail,
    web::{
        Access, Fault, Json, Now, Routes, Site,
        api::{Answers, Draft, Operation},
        client,
        limit::Limits,
        problem,
    },
};

pub fn routes(r: &mut Routes) {
    r.api(
        Method::POST,
        "/v1/leaked-keys",
        Access::Open,
        report,
        Operation {
            id: "reportLeakedKey",
            tag: "Leaked keys",
            summary: "Report a key that was found",
            description: "For whoever finds a key where it must not be: in a repository, a log, a chat. It asks for no key. \
                A secret key is revoked as compromised at once, with whatever was made or rotated with it, and the admins of \
                its workspace are told. A publishable key is no secret, so nothing is done about it.\n\n\
                The answer is the same whatever key was sent, and tells nothing of it.",
            refusals: &[problem::TOO_SLOW, problem::LIMITED, problem::BUSY],
        },
    );
}

/// What was found.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeakedKey {
    /// The whole key; what stands around it where it was found may be sent too: white space, and `Bearer`.
    #[schemars(example = &"skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW")]
    key: String,
}

/// An answer takes a whole number of these: how long it took to look must not tell what was found.
const BEAT: Duration = Duration::from_millis(250);

/// No key is longer, whatever stands around it.
const LIMIT: usize = 4 * 1024;

pub async fn report(
    source: Source,
    (db, pepper, mail): (Data<ApiDb>, Data<Pepper>, Data<Mail>),
    (site, limits): (Data<Site>, Data<Limits>),
    Now(now): Now,
    Json(found): Json<LeakedKey, LIMIT>,
) -> Result<Accepted, Fault> {
    if let Some(ip) = source.ip {
        limits.leaked_keys.take(&client::network_of(ip))?;
    }
    let began = Instant::now();
    if let Ok(presented) = PresentedKey::parse(bare(&found.key)) {
        let changed =
            db.0.run(move |conn| actions::report(conn, (&pepper, &mail), &presented, source, now));
        if let Some(workspace) = changed.await? {
            site.changes.note(workspace).await;
        }
    }
    let beats = began.elapsed().as_millis() / BEAT.as_millis() + 1;
    let whole = BEAT * u32::try_from(beats).unwrap_or(1);
    sleep(whole.saturating_sub(began.elapsed())).await;
    Ok(Accepted)
}

/// As scanners find it: a part of a header, or of a line.
fn bare(found: &str) -> &str {
    let found = found.trim();
    match found.split_once(char::is_whitespace) {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim_start(),
        _ => found,
    }
}

/// 202: whatever there was to do is done.
pub struct Accepted;

impl Responder for Accepted {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Accepted().finish()
    }
}

impl Answers for Accepted {
    fn tell(draft: &mut Draft<'_>) {
        draft.empty(202, "Whatever there was to do is done; there is no body.");
    }
}
