//! The outermost layer: a request id before everything, and after everything the body of an
//! error, the security headers and one line in the log.

use std::time::{Duration, Instant};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use super::{
    Fault, Site, Unchanging, client, compress, confirm, ended,
    error_view::{ErrorView, Way, is_of_account, way_on},
    is_api,
    page::{UNCOMPRESSED, shell_of, tell_when},
    problem::{self, ProblemDocument},
    text,
};
use crate::{
    actor::{Actor, Source},
    error::Error,
};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub async fn finish(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(site) = req.app_data::<Data<Site>>().cloned() else {
        return Ok(next.call(req).await?.map_into_boxed_body());
    };
    let began = Instant::now();
    let source = client::note(&req, &site);
    let line = format!("{} {}", req.method(), text::for_log(req.path()));
    if req.path().contains('\0') || req.path().contains("%00") {
        let refused = req.into_response(Fault::from(Error::NotFound).into_response());
        return Ok(finished(refused, &site, &source));
    }
    compress::accept_something(&mut req);
    // Where a layer of somebody else's fails, its request is gone, and with it the page around the answer.
    let is_safe = req.method().is_safe();
    let answer = next
        .call(req)
        .await
        .map(ServiceResponse::map_into_boxed_body);
    if !is_safe && let Ok(res) = &answer {
        note_change(res, &site).await;
    }
    let answer = match answer {
        Ok(res) => Ok(finished(res, &site, &source)),
        Err(error) => {
            let mut response = error.error_response();
            dress(response.headers_mut(), &site, &source);
            Err((error, response))
        }
    };
    let status = match &answer {
        Ok(res) => res.status(),
        Err((_, response)) => response.status(),
    };
    log::info!(
        "{line} {} {}ms ip={} request={}",
        status.as_u16(),
        began.elapsed().as_millis(),
        source.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        id(&source),
    );
    answer.map_err(|(error, response)| InternalError::from_response(error, response).into())
}

/// Before it is answered: from then on whoever asked counts on it. What was refused has changed nothing, and what failed
/// promises nothing.
async fn note_change(res: &ServiceResponse<BoxBody>, site: &Site) {
    let is_done = res.status().is_success() || res.status().is_redirection();
    let workspace = {
        let noted = res.request().extensions();
        let changes = is_done && noted.get::<Unchanging>().is_none();
        let actor = noted.get::<Actor>().filter(|_| changes);
        actor.map(|actor| actor.workspace)
    };
    if let Some(workspace) = workspace {
        site.changes.note(workspace).await;
    }
}

/// With the body of its error, if it is one, and its headers.
fn finished(
    mut res: ServiceResponse<BoxBody>,
    site: &Site,
    source: &Source,
) -> ServiceResponse<BoxBody> {
    let fault = res.response_mut().extensions_mut().remove::<Fault>();
    if let Some(fault) = fault {
        let (req, bare) = res.into_parts();
        let body = face(&req, bare, &fault, source);
        res = ServiceResponse::new(req, body);
    }
    dress(res.headers_mut(), site, source);
    site.take_leave(res.response_mut().head_mut());
    res
}

fn id(source: &Source) -> String {
    source.request.map(|id| id.to_string()).unwrap_or_default()
}

fn dress(headers: &mut HeaderMap, site: &Site, source: &Source) {
    let coding = headers.get(header::CONTENT_ENCODING);
    if coding.is_some_and(|coding| coding.as_bytes() == UNCOMPRESSED.as_bytes()) {
        headers.remove(header::CONTENT_ENCODING);
    }
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    // Browsers ignore it on an origin that they do not trust, and complain.
    if site.public_url.is_trustworthy() {
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
    }
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(HeaderName::from_static("x-request-id"), &id(source));
    if site.public_url.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The body of an error: a problem document for programs (RFC 9457), a page for people.
fn face(req: &HttpRequest, mut bare: HttpResponse, fault: &Fault, source: &Source) -> HttpResponse {
    let error = fault.error();
    let id = id(source);
    if let Error::Internal(cause) = error {
        log::error!("request={id} {cause:#}");
    }
    if let Error::Busy(cause) | Error::Away(cause) = error {
        log::warn!("request={id} busy: {cause}");
    }
    let headers = bare.headers_mut();
    match error {
        Error::Limited { retry_after } => tell_when(headers, *retry_after),
        Error::Busy(_) | Error::Away(_) => tell_when(headers, Duration::from_secs(1)),
        _ => {}
    }
    if let Error::Range(size) = error
        && let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}"))
    {
        headers.insert(header::CONTENT_RANGE, value);
    }
    if let Error::MethodNotAllowed(allow) = error
        && let Ok(value) = HeaderValue::from_str(allow)
    {
        headers.insert(header::ALLOW, value);
    }
    if is_api(req.match_info().as_str()) {
        if let Some(challenge) = problem::challenge(error)
            && let Ok(challenge) = HeaderValue::from_str(&challenge)
        {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        let status = bare.status().as_u16();
        let document = serde_json::to_string(&ProblemDocument::new(error, status, id));
        return bare.set_body(BoxBody::new(document.unwrap_or_default()));
    }
    if matches!(error, Error::Unauthenticated) {
        return ended::to_sign_in(req);
    }
    if matches!(error, Error::Unconfirmed) {
        return confirm::ask(req, bare);
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    let mut shell = shell_of(req);
    // Whoever is suspended in their only workspace would come back here.
    let is_shut = matches!(error, Error::Suspended(_)) && shell.workspace.is_none();
    let way = way_on(shell.workspace.as_ref(), req.path()).filter(|_| !is_shut);
    let mut view = page(error, id, way);
    view.in_account = is_of_account(req.path());
    shell.title.clone_from(&view.title);
    if !req.method().is_safe() {
        // A POST cannot be asked for again.
        shell.path = ended::sender(req).unwrap_or_else(|| "/".to_owned());
    }
    let html = view.render(shell).unwrap_or_else(|e| {
        log::error!("the error page failed: {e}");
        String::new()
    });
    bare.set_body(BoxBody::new(html))
}

fn page(error: &Error, request_id: String, way: Option<Way>) -> ErrorView {
    let problem = problem::of(error);
    let (title, sentence) = match error {
        Error::NotFound => (
            "We could not find that page",
            "It does not exist, or you do not have access to it. If someone sent you the link, ask them to share it with you.".to_owned(),
        ),
        Error::Forbidden(why) => ("You cannot do this", why.clone()),
        Error::Suspended(why) => ("You are suspended in this workspace", why.clone()),
        Error::MethodNotAllowed(_) | Error::MediaType => (
            "This page cannot be used like that",
            "Open it from a link, or send the form again from its page.".to_owned(),
        ),
        Error::Conflict(why) => ("That is not possible now", (*why).to_owned()),
        Error::Precondition | Error::Range(_) => (
            "That is no longer there",
            "It has changed since you saw it. Nothing was changed now. Go back and look again.".to_owned(),
        ),
        Error::Unreadable(why) => ("The form could not be read", format!("{why} Nothing was changed. Go back and try again.")),
        Error::Invalid(errors) => (
            "Something needs fixing",
            errors.iter().map(|e| format!("{}. ", e.message)).collect(),
        ),
        Error::TooLarge => (
            "That is too large",
            "The form is larger than this page takes. Nothing was changed.".to_owned(),
        ),
        Error::Oversize(why) => ("That is too large", format!("{why} Nothing was changed.")),
        Error::TooSlow => (
            "That took too long",
            "The form did not arrive in time. Nothing was changed. Try again.".to_owned(),
        ),
        Error::Limited { retry_after } => (
            "Too many attempts",
            format!("Try again in {}.", super::time::duration(*retry_after)),
        ),
        Error::Busy(_) => (
            "Keyroom is busy",
            "It could not reach its database in time. Try again in a moment.".to_owned(),
        ),
        Error::Away(_) => (
            "Files are away",
            "They cannot be stored or read at the moment. Try again in a moment.".to_owned(),
        ),
        Error::Internal(_) | Error::Refused(_) | Error::Unauthenticated | Error::Unconfirmed => (
            "Something failed on our side",
            "Nothing was changed. Try again, and if it fails again, send us the request ID.".to_owned(),
        ),
    };
    ErrorView {
        status: problem.status,
        name: problem.title,
        title: title.to_owned(),
        text: sentence,
        way,
        in_account: false,
        request_id,
    }
}
