//! The least version of Pipeward that may judge a project.
//!
//! A project that asks for a newer one may be full of what this one does not know: nothing else is said of it.

use semver::Version;

use super::{Place, Reader};
use crate::origin::At;
use crate::source::{Fault, FaultKind};

/// The version that runs.
const THIS: &str = env!("CARGO_PKG_VERSION");

/// The version a project asks for; refused if it is none, or newer than this one.
pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<String>> {
    let field = place.get("pipeward")?;
    let wanted = reader.text(&field)?;
    match unmet(place) {
        Some(fault) => reader.faults.push(fault),
        None if parse(&wanted).is_none() => {
            reader.refuse(&field, format!("expected a version, got \"{}\"", wanted.value), "write \"0.1\" or \"0.1.0\"");
        }
        None => {}
    }
    Some(wanted)
}

/// What there is to say of a project that asks for a newer version than this one.
#[must_use]
pub fn unmet(place: &Place<'_>) -> Option<Fault> {
    let field = place.get("pipeward")?;
    let wanted = field.node.text()?;
    if !is_newer(wanted, THIS) {
        return None;
    }
    let message = format!("the project asks for pipeward {wanted}, and this is {THIS}");
    let mut fault = Fault::new(FaultKind::Contract, field.path(), field.origin(), message);
    fault.notes.push(format!("install pipeward {wanted} or newer; nothing else of the project was looked at"));
    Some(fault)
}

/// Whether a version is newer than another; what is no version is not.
#[must_use]
pub fn is_newer(wanted: &str, than: &str) -> bool {
    matches!((parse(wanted), parse(than)), (Some(wanted), Some(than)) if wanted > than)
}

/// `1.2.3`, `1.2.3-rc.1`, or `1.2` for `1.2.0`.
fn parse(text: &str) -> Option<Version> {
    let short = text.split('.').count() == 2 && !text.contains('-');
    let full = if short { format!("{text}.0") } else { text.to_owned() };
    Version::parse(&full).ok().filter(|version| version.build.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (wanted, than, newer) in [
            ("0.2.0", "0.1.9", true),
            ("0.10.0", "0.9.0", true),
            ("0.9", "0.10.0", false),
            ("1.0", "1.0.0", false),
            ("1.0.0", "1.0.0-rc.1", true),
            ("1.0.0-rc.2", "1.0.0", false),
            ("nonsense", "1.0.0", false),
        ] {
            assert_eq!(is_newer(wanted, than), newer, "{wanted} than {than}");
        }
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", "1", "1.", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0+build", ">=1.0", "1.0-rc"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
