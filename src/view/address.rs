//! Addresses in texts that are reached without encryption.

/// How such an address begins, in any case.
const SCHEMES: &[&str] = &["http://", "git://", "ftp://"];

/// Whether a text holds one.
pub(crate) fn is_plain(text: &str) -> bool {
    scheme(text).is_some()
}

/// Where the first address in a text begins that anybody on the way can change, and how.
fn scheme(text: &str) -> Option<(usize, &'static str)> {
    text.match_indices("://").find_map(|(at, mark)| {
        SCHEMES.iter().find_map(|sign| {
            let start = (at + mark.len()).checked_sub(sign.len())?;
            let alone = !text.get(..start)?.ends_with(|before: char| before.is_ascii_alphanumeric());
            let found = text.get(start..at + mark.len())?;
            (alone && found.eq_ignore_ascii_case(sign)).then_some((start, *sign))
        })
    })
}

/// The host of an address in a word that anybody on the way can change.
pub(crate) fn insecure(word: &str) -> Option<&str> {
    let (start, sign) = scheme(word)?;
    // Before it stands nothing, or the name of an option.
    if start > 0 && !word[..start].ends_with(['=', '+', '"', '\'']) {
        return None;
    }
    let rest = &word[start + sign.len()..];
    let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = if host.starts_with('[') { return None } else { host.split(':').next().unwrap_or_default() };
    let near = !host.contains('.')
        || host.contains(['$', '{'])
        || host.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        || [".local", ".localhost", ".internal", ".test", ".svc", ".lan", ".home.arpa", ".invalid"]
            .iter()
            .any(|end| host.ends_with(end))
        || host.contains(".svc.");
    (!near).then_some(host)
}
