//! The route table: what is declared is what is served, guarded and tested.

use std::iter::successors;

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Responder, guard, http::Method,
    middleware::from_fn, web,
};

use super::{
    Fault,
    api::{Answers, Described, Draft, Operation, Schemas, Takes},
    cors,
    no_body::no_body,
    problem::Problem,
};
use crate::{error::Error, permissions::Permission};

/// Who may reach a route at all. What they may do there is `policy`'s answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody; neither session nor key is looked at.
    Open,
    /// A page for anybody.
    Visitor,
    /// The same, in the frame of whoever is signed in.
    Reader,
    /// No route at all: who looks at the error page is found out for its frame, if anybody is.
    Nowhere,
    /// A page for whoever is signed in, about themselves.
    Person,
    /// A page of the workspace in the path's `{slug}`, for its members.
    Member,
    /// The same, with a body of any size: it is read once the member is known, and whoever takes it in looks at them again at
    /// its end.
    Streaming,
    /// The same as `Member`, about nothing but what is the member's own: whatever their role, they reach nothing else from it.
    Own,
    /// The end of the workspace in the path's `{slug}`, which is in the trash, for its members.
    MemberOfTrashed,
    /// The API, for a key in `Authorization` that has all of these permissions; for a publishable key too where each of
    /// them is one that it may have.
    Key(&'static [Permission]),
    /// The same, with a body of any size: it is read once the key is known, and whoever takes it in looks at the key again at
    /// its end.
    Streamed(&'static [Permission]),
    /// The API, for a secret key; which permission it needs follows from the fields that it sends, and whoever reads them
    /// asks for it.
    PerField(&'static [(&'static str, Permission)]),
    /// The same for a call that changes nothing, and whose form names another key as data: it is no credential there.
    Inspecting(&'static [Permission]),
    /// The API, for any key in `Authorization`, also a publishable one.
    AnyKey,
    /// The same, asked by a reverse proxy about a call that it holds back: whatever stands against it is 401 or 403, all
    /// that proxies take for a refusal.
    Proxied,
}

impl Access {
    /// The permissions that a key needs there. None: no key is looked at.
    pub fn needed(self) -> Option<&'static [Permission]> {
        match self {
            Self::Key(needed) | Self::Streamed(needed) | Self::Inspecting(needed) => Some(needed),
            Self::PerField(_) | Self::AnyKey | Self::Proxied => Some(&[]),
            Self::Open
            | Self::Visitor
            | Self::Reader
            | Self::Nowhere
            | Self::Person
            | Self::Member
            | Self::Streaming
            | Self::Own
            | Self::MemberOfTrashed => None,
        }
    }

    /// Which permission each field asks for that is sent there.
    pub fn per_field(self) -> &'static [(&'static str, Permission)] {
        match self {
            Self::PerField(fields) => fields,
            _ => &[],
        }
    }

    /// May publishable keys, and so browsers at other sites, use it? Where no permission is asked for, only a row that says so.
    pub fn is_for_browsers(self) -> bool {
        match self {
            Self::Key(needed) => {
                !needed.is_empty() && needed.iter().all(|p| p.describe().publishable)
            }
            other => matches!(other, Self::AnyKey | Self::Proxied),
        }
    }

    /// Can it change anything? Then whoever reads meanwhile looks again.
    pub fn changes(self, method: &Method) -> bool {
        !method.is_safe() && !matches!(self, Self::Inspecting(_))
    }

    /// Under which status a problem is told there.
    pub fn status_of(self, problem: &Problem) -> u16 {
        match (self, problem.status) {
            // Wrong is the credential, or something else.
            (Self::Proxied, 400 | 401) => 401,
            (Self::Proxied, _) => 403,
            (_, status) => status,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    /// What a row of the API says of itself.
    pub operation: Option<Described>,
}

#[derive(Default)]
pub struct Routes {
    table: Vec<Route>,
    resources: Vec<(&'static str, Vec<(Access, actix_web::Route)>)>,
}

impl Routes {
    /// A page: serves GET and HEAD. It changes nothing, ever.
    pub fn get<H, A>(&mut self, path: &'static str, access: Access, handler: H)
    where
        H: Handler<A>,
        A: FromRequest + 'static,
        H::Output: Responder + 'static,
    {
        self.add(Method::GET, path, access, None, get_or_head().to(handler));
    }

    pub fn post<H, A>(&mut self, path: &'static str, access: Access, handler: H)
    where
        H: Handler<A>,
        A: FromRequest + 'static,
        H::Output: Responder + 'static,
    {
        self.add(Method::POST, path, access, None, web::post().to(handler));
    }

    /// An operation of the API. Its handler's types tell what it takes and answers; a GET serves HEAD too.
    pub fn api<H, A>(
        &mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: H,
        says: Operation,
    ) where
        H: Handler<A>,
        A: FromRequest + Takes + 'static,
        H::Output: Responder + Answers + 'static,
    {
        let operation = Described {
            says,
            takes: A::tell,
            answers: H::Output::tell,
        };
        let route = match method {
            Method::GET => get_or_head(),
            ref other => web::method(other.clone()),
        };
        let route = route.to(handler);
        let route = match method.is_safe() || takes_body::<A>(path) {
            true => route,
            false => route.wrap(from_fn(no_body)),
        };
        self.add(method, path, access, Some(operation), route);
    }

    fn add(
        &mut self,
        method: Method,
        path: &'static str,
        access: Access,
        operation: Option<Described>,
        route: actix_web::Route,
    ) {
        self.table.push(Route {
            method,
            path,
            access,
            operation,
        });
        match self.resources.iter_mut().find(|(p, _)| *p == path) {
            Some((_, routes)) => routes.push((access, route)),
            None => self.resources.push((path, vec![(access, route)])),
        }
    }

    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// Serves the table, each route behind the guard that its access asks for; another method of a
    /// known path is 405, and an unknown path 404.
    pub fn mount(
        self,
        cfg: &mut web::ServiceConfig,
        guard: fn(Access, actix_web::Route) -> actix_web::Route,
    ) {
        let pages = self.table.iter().filter(|r| r.method == Method::GET);
        cfg.app_data(Pages(pages.map(|r| r.path).collect()));
        for (path, routes) in self.resources {
            let allow = allowed(&self.table, path);
            let mut resource = web::resource(path);
            if let Some(preflight) = cors::preflight(&self.table, path) {
                resource = resource.route(preflight);
            }
            let resource = routes
                .into_iter()
                .fold(resource, |resource, (access, route)| {
                    resource.route(guard(access, route))
                })
                .default_service(guard(
                    Access::Nowhere,
                    web::to(move || {
                        let allow = allow.clone();
                        async move { Err::<&str, _>(Fault::from(Error::MethodNotAllowed(allow))) }
                    }),
                ));
            cfg.service(resource);
        }
        cfg.default_service(guard(Access::Nowhere, web::to(nowhere)));
    }
}

fn takes_body<A: Takes>(path: &'static str) -> bool {
    let mut schemas = Schemas::default();
    let mut draft = Draft::new(path, &mut schemas);
    A::tell(&mut draft);
    draft.operation.request_body.is_some()
}

/// The paths of the table that can be looked at.
struct Pages(Vec<&'static str>);

/// Where whoever was shown a page at this address can be led back to: where that takes forms only, to the page above it.
pub(super) fn page_at<'a>(req: &HttpRequest, address: &'a str) -> Option<&'a str> {
    let (map, pages) = (req.resource_map(), req.app_data::<Pages>()?);
    let is_page = |path: &&str| {
        let pattern = map.match_pattern(path);
        pattern.is_some_and(|pattern| pages.0.contains(&pattern.as_str()))
    };
    let path = address.split(['?', '#']).next()?;
    if is_page(&path) || !map.has_resource(path) {
        return Some(address);
    }
    let mut above = successors(Some(path), |path| Some(path.rsplit_once('/')?.0));
    above.find(is_page)
}

fn get_or_head() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn nowhere() -> Result<HttpResponse, Fault> {
    Err(Error::NotFound.into())
}

/// The value of `Allow` for one path.
fn allowed(table: &[Route], path: &str) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for route in table.iter().filter(|r| r.path == path) {
        methods.push(route.method.as_str());
        if route.method == Method::GET {
            methods.push("HEAD");
        }
    }
    methods.join(", ")
}
