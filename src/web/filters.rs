//! What templates may apply with `|`: only addresses of static files, so that no page spells out a hash.

use super::assets;

/// The symbol of this name from `icons.svg`, hidden from screen readers: words beside it say what it means.
#[askama::filter_fn]
pub fn icon(name: &str, _: &dyn askama::Values) -> askama::Result<askama::filters::Safe<String>> {
    Ok(askama::filters::Safe(format!(
        r#"<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{name}"/></svg>"#,
        assets::url("icons.svg"),
    )))
}

/// The address of a static file, with the hash that lets browsers keep it for a year.
#[askama::filter_fn]
pub fn asset(path: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(assets::url(path))
}
