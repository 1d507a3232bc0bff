//! What must hold for any page, whatever it shows.

use serde_json::Value;

use crate::support::{Options, Page};

/// What is wrong with the document itself.
const DOCUMENT: &str = r#"(() => {
    const found = [];
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) found.push(`${headings} h1`);
    for (const el of document.querySelectorAll('[style], style'))
        found.push('styled in the page: ' + el.outerHTML.slice(0, 100));
    if (!/ · Keyroom$/.test(document.title)) found.push('title: ' + document.title);
    if (!document.documentElement.lang) found.push('no language');
    const ids = [...document.querySelectorAll('[id]')].map(el => el.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
        found.push('two elements have the id ' + id);
    return found;
})()"#;

/// What is too small to hit: less than 24 px, unless it is a link within a sentence.
const TARGETS: &str = r#"(() => {
    const modal = document.querySelector('dialog[open]');
    const reach = el => el.checkVisibility({ visibilityProperty: true }) && !el.closest('[inert]')
        && !(modal && !modal.contains(el)) && !el.matches('.sr, .skip, [tabindex="-1"]');
    const within = el => getComputedStyle(el).display === 'inline'
        && [...el.parentElement.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
        .filter(el => el.type !== 'hidden' && reach(el) && !within(el))
        .flatMap(el => {
            const label = el.matches('[type=checkbox], [type=radio]') && el.closest('label');
            const r = (label || el).getBoundingClientRect();
            return r.width >= 23.9 && r.height >= 23.9 ? []
                : [`${r.width.toFixed(1)} x ${r.height.toFixed(1)}: ${el.outerHTML.slice(0, 120)}`];
        });
})()"#;

/// What does not belong on paper. The page behind a dialog is not printed for its own sake.
const ON_PAPER: &str = r#"document.querySelector('dialog[open]') ? []
    : [...document.querySelectorAll('aside, nav, button, a.btn, [type=checkbox], .skip, .menu')]
        .filter(el => el.checkVisibility({ visibilityProperty: true }) && !el.closest('.crumbs'))
        .map(el => el.outerHTML.slice(0, 100))"#;

/// Colours change at once. Even a short transition runs once for each level of elements.
const STILL: &str = "(sheet => {
    sheet.replaceSync('*, ::before, ::after { transition: none !important }');
    document.adoptedStyleSheets = [sheet];
})(new CSSStyleSheet()), null";

/// The widths at which everything is looked at, and not only whether it fits.
const LOOKED_AT: [u32; 2] = [390, 1280];

/// Everything that is wrong with the page as it stands.
pub async fn examine(page: &Page, name: &str, options: Options) -> Vec<String> {
    let script = if options.javascript {
        "script"
    } else {
        "plain"
    };
    let mut found = Vec::new();
    let mut note = |what: &str, wrong: Vec<String>| {
        let wrong = wrong.into_iter();
        found.extend(wrong.map(|wrong| format!("{name}, {script}, {what}: {wrong}")));
    };
    note("document", page.eval(DOCUMENT).await);
    page.eval::<Value>(STILL).await;
    for width in [320, 820, 390, 1280] {
        resize(page, width).await;
        note(&format!("{width} px"), page.overflow().await);
        if !LOOKED_AT.contains(&width) {
            continue;
        }
        // After a jump the header lies over what is scrolled away.
        page.eval::<Value>("scrollTo(0, 0), null").await;
        note(&format!("targets at {width} px"), page.eval(TARGETS).await);
        // With script and without, together they show each width in both colours.
        let dark = options.javascript == (width == 390);
        page.dark(dark).await;
        let colours = if dark { "dark" } else { "light" };
        note(&format!("{colours} at {width} px"), page.axe().await);
        if options.javascript && has_onlookers() {
            page.screenshot(&format!("{name}-{width}-{colours}")).await;
        }
    }
    page.media("print").await;
    note("print", page.eval(ON_PAPER).await);
    page.media("").await;
    found
}

/// Pictures are for people: nobody opens those of a run on a server.
fn has_onlookers() -> bool {
    std::env::var("CI").as_deref() != Ok("true")
}

async fn resize(page: &Page, width: u32) {
    page.resize(width, 800, 1.0).await;
    page.wait_for_true(&format!("innerWidth === {width}")).await;
}
