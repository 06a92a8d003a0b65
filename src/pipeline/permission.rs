//! What a job's token may do: a scope, a level the scope really has, and the reason for it.

use indexmap::IndexMap;

use super::reader::{Place, Reader};
use crate::origin::{At, Origin};

/// A part of the forge that a token may be allowed to use.
///
/// Names and levels as in GitHub's workflow grammar, read 2026-08.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The name an author writes: `pull_requests`.
    pub name: &'static str,
    /// The levels it has, least first.
    pub levels: &'static [Level],
}

/// How much of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing.
    None,
    /// To look.
    Read,
    /// To change; includes looking.
    Write,
}

impl Level {
    /// Every level, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 3] = [("None", Self::None), ("Read", Self::Read), ("Write", Self::Write)];

    /// The forge's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

const BOTH: &[Level] = &[Level::None, Level::Read, Level::Write];
const LOOK: &[Level] = &[Level::None, Level::Read];
const CHANGE: &[Level] = &[Level::None, Level::Write];

/// Every scope, by name.
pub const SCOPES: &[Scope] = &[
    Scope { name: "actions", levels: BOTH },
    Scope { name: "artifact_metadata", levels: BOTH },
    Scope { name: "attestations", levels: BOTH },
    Scope { name: "checks", levels: BOTH },
    Scope { name: "code_quality", levels: BOTH },
    Scope { name: "contents", levels: BOTH },
    Scope { name: "copilot_requests", levels: CHANGE },
    Scope { name: "deployments", levels: BOTH },
    Scope { name: "discussions", levels: BOTH },
    Scope { name: "drives", levels: BOTH },
    Scope { name: "id_token", levels: CHANGE },
    Scope { name: "issues", levels: BOTH },
    Scope { name: "models", levels: LOOK },
    Scope { name: "packages", levels: BOTH },
    Scope { name: "pages", levels: BOTH },
    Scope { name: "pull_requests", levels: BOTH },
    Scope { name: "repository_projects", levels: BOTH },
    Scope { name: "security_events", levels: BOTH },
    Scope { name: "statuses", levels: BOTH },
    Scope { name: "vulnerability_alerts", levels: LOOK },
];

impl Scope {
    /// The scope of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        SCOPES.iter().find(|scope| scope.name == name)
    }
}

/// What a job is granted, by scope name.
pub type Permissions = IndexMap<&'static str, Grant>;

/// One scope's grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Where the scope's name stands.
    pub key: Origin,
    /// How much.
    pub level: At<Level>,
    /// Why. Required for everything but `contents = 'Read`.
    pub reason: Option<At<String>>,
}

/// Reads the permissions of a job.
pub fn read(reader: &mut Reader, place: &Place<'_>) -> Permissions {
    let mut permissions = Permissions::new();
    if !reader.is_record(place) {
        return permissions;
    }
    let names: Vec<&str> = SCOPES.iter().map(|scope| scope.name).collect();
    reader.known(place, &names);
    for (field, here) in place.fields() {
        let Some(scope) = Scope::find(&field.name) else { continue };
        let Some(level) = reader.choice(&here, &Level::ALL) else { continue };
        if !scope.levels.contains(&level.value) {
            let real: Vec<&str> = scope.levels.iter().map(|level| level.word()).collect();
            let message = format!("`{}` has no level {}", scope.name, level.value.word());
            reader.refuse(&here, message, &format!("its levels are {}", real.join(", ")));
            continue;
        }
        let reason = here.argument().and_then(|inner| reader.text(&inner)).filter(|reason| !reason.trim().is_empty());
        let free = level.value == Level::None || (scope.name == "contents" && level.value == Level::Read);
        if reason.is_none() && !free {
            let tag = if level.value == Level::Read { "Read" } else { "Write" };
            reader.refuse(
                &here,
                format!("`{}` is granted without a reason", scope.name),
                &format!("write '{tag} \"why the job needs it\""),
            );
            continue;
        }
        permissions.insert(scope.name, Grant { key: field.key, level, reason });
    }
    permissions
}

/// Reads `permissions` in GitHub's words: levels by scope, or one level for all scopes; the latter is answered as well.
///
/// GitHub's words have no reasons, ours beside them have: a rule asks for them.
pub(super) fn in_words(reader: &mut Reader, place: &Place<'_>) -> (Permissions, Option<At<Level>>) {
    if let Some(text) = place.node.text() {
        let all = match text {
            "read-all" => Some(Level::Read),
            "write-all" => Some(Level::Write),
            _ => None,
        };
        let Some(all) = all else {
            let message = format!("expected permissions by scope, got \"{text}\"");
            reader.refuse(place, message, "write { contents = \"read\" }");
            return (Permissions::new(), None);
        };
        return (everything(all, place.origin()), Some(At::new(all, place.origin())));
    }
    let mut permissions = Permissions::new();
    if !reader.is_record(place) {
        return (permissions, None);
    }
    let names: Vec<String> = SCOPES.iter().map(|scope| scope.name.replace('_', "-")).collect();
    reader.known(place, &names.iter().map(String::as_str).collect::<Vec<&str>>());
    for (field, here) in place.fields() {
        let known = names.iter().position(|name| *name == field.name);
        let Some(scope) = known.and_then(|index| SCOPES.get(index)) else { continue };
        // A reason can be given only in our words: `'Write "why"`.
        let (word, reason) = match here.node.tag() {
            Some((tag, _)) => (tag.to_lowercase(), here.argument().and_then(|inner| reader.text(&inner))),
            None => (here.node.text().unwrap_or_default().to_owned(), None),
        };
        let written = Level::ALL.iter().map(|(_, level)| *level).find(|level| word == level.word());
        match written.filter(|level| scope.levels.contains(level)) {
            Some(level) => {
                let level = At::new(level, here.origin());
                permissions.insert(scope.name, Grant { key: field.key, level, reason });
            }
            None => {
                let real: Vec<&str> = scope.levels.iter().map(|level| level.word()).collect();
                let what = format!("a level of `{}`", field.name);
                match here.node.text() {
                    Some(text) => reader.refuse(
                        &here,
                        format!("expected {what}, got \"{text}\""),
                        &format!("its levels are {}", real.join(", ")),
                    ),
                    None => reader.expected(&here, &what, &format!("its levels are {}", real.join(", "))),
                }
            }
        }
    }
    (permissions, None)
}

/// Every scope at a level, or at the one below that it has.
fn everything(level: Level, origin: Origin) -> Permissions {
    let most = |scope: &Scope| scope.levels.iter().copied().filter(|one| *one <= level).max().unwrap_or(Level::None);
    let grant = |scope: &'static Scope| (scope.name, Grant { key: origin, level: At::new(most(scope), origin), reason: None });
    SCOPES.iter().map(grant).filter(|(_, grant)| grant.level.value != Level::None).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_sorted_and_twenty() {
        assert!(SCOPES.is_sorted_by_key(|scope| scope.name));
        assert_eq!(SCOPES.len(), 20);
    }
}
