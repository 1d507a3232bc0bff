use std::io::{self, Write};

/// The document, alone, on standard output.
pub fn openapi() -> anyhow::Result<()> {
    let document = serde_json::to_string_pretty(&keyroom::app::openapi())?;
    Ok(writeln!(io::stdout(), "{document}")?)
}
