//! What a step is called whose author gave it no name: the same on every forge.

/// A name that ends in a text of the author's, if that is one short line.
pub(super) fn named(verb: &str, text: &str, otherwise: &str) -> String {
    let text = text.trim();
    let short = !text.is_empty() && text.chars().count() <= 60 && !text.contains('\n');
    if short { format!("{verb} {text}") } else { otherwise.to_owned() }
}

/// The first line of a script that does something.
pub(super) fn first_command(script: &str) -> &str {
    script.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("")
}
