//! A pattern matches what it says, however it is asked.

use std::collections::HashSet;

use pipeward::pipeline::glob::{Glob, Subject, lets_in};
use pipeward::view::glob::{matches, matches_any};

/// What is asked by trying everything is kept this short.
const LONGEST: usize = 64;

/// Holds the first line as a pattern, and the rest as a name.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let (pattern, name) = text.split_once('\n').unwrap_or((text, ""));
    filters(pattern, name);
    let short = pattern.len() <= LONGEST && name.len() <= LONGEST;
    if short {
        let expected = stars(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>());
        assert_eq!(matches(pattern, name), expected, "{pattern:?} {name:?}");
        assert_eq!(matches_any([pattern], name), expected, "{pattern:?} {name:?}");
    }
    assert!(!name.starts_with(pattern) || matches(&format!("{pattern}*"), name), "{pattern:?}* {name:?}");
    assert!(matches("*", name), "* {name:?}");
}

/// The patterns of filters.
fn filters(pattern: &str, name: &str) {
    let Ok(glob) = Glob::parse(pattern, Subject::Other) else {
        for subject in [Subject::Name, Subject::Path] {
            assert!(Glob::parse(pattern, subject).is_err(), "{pattern:?} is a pattern over {subject:?}s and none at all");
        }
        return;
    };
    for subject in [Subject::Name, Subject::Path] {
        let read = Glob::parse(pattern, subject);
        assert!(read.as_ref().map_or(true, |read| *read == glob), "{pattern:?} is another pattern over {subject:?}s: {read:?}");
    }
    let body = pattern.strip_prefix('!').unwrap_or(pattern);
    assert_eq!(glob.negated, body.len() < pattern.len(), "{pattern:?}");
    let found = glob.matches(name);
    assert_eq!(lets_in(std::slice::from_ref(&glob), name), found && !glob.negated, "{pattern:?} {name:?}");
    if pattern.len() <= LONGEST && name.len() <= LONGEST {
        let atoms = atoms(body);
        let characters: Vec<char> = name.chars().collect();
        let expected = tries(&atoms, &characters, 0, 0, &mut HashSet::new());
        assert_eq!(found, expected, "{pattern:?} {name:?}: {atoms:?}");
    }
    if let Some(literal) = glob.literal() {
        assert!(glob.matches(&literal), "{pattern:?} matches only {literal:?}, and does not match it");
        assert_eq!(found, literal == name, "{pattern:?} matches only {literal:?}, and {name:?}");
    }
}

/// A pattern as it is documented: sets of characters, each from so many times to so many.
#[derive(Debug)]
struct Atom {
    set: String,
    least: usize,
    most: usize,
}

fn atoms(body: &str) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut rest = body;
    while let Some(first) = rest.chars().next() {
        let stars = rest.len() - rest.trim_start_matches('*').len();
        let length = match first {
            '*' => stars,
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            // A `]` right at the front would be nothing between brackets, so the first one closes, but for one that ends a range.
            '[' => closed(rest),
            other => other.len_utf8(),
        };
        let (set, behind) = rest.split_at(length);
        rest = behind;
        match first {
            '?' => atoms.last_mut().expect("a character before it").least = 0,
            '+' => atoms.last_mut().expect("a character before it").most = usize::MAX,
            '*' => atoms.push(Atom { set: if stars == 1 { "*" } else { "**" }.to_owned(), least: 0, most: usize::MAX }),
            _ => atoms.push(Atom { set: set.to_owned(), least: 1, most: 1 }),
        }
    }
    atoms
}

/// The length of what is between brackets, with them.
fn closed(text: &str) -> usize {
    text.find(']').map_or(text.len(), |end| end + 1)
}

impl Atom {
    fn has(&self, character: char) -> bool {
        match self.set.as_str() {
            "**" => true,
            "*" => character != '/',
            set if set.starts_with('\\') => set[1..].starts_with(character),
            set if set.starts_with('[') => {
                let inside: Vec<char> = set[1..set.len() - 1].chars().collect();
                let mut at = 0;
                while at < inside.len() {
                    let (from, to, next) = match inside.get(at + 1..at + 3) {
                        Some(['-', to]) => (inside[at], *to, at + 3),
                        _ => (inside[at], inside[at], at + 1),
                    };
                    if (from..=to).contains(&character) {
                        return true;
                    }
                    at = next;
                }
                false
            }
            set => set.starts_with(character),
        }
    }
}

/// Whether the atoms from `at` on match the characters from `from` on; what has failed once is not tried again.
fn tries(atoms: &[Atom], name: &[char], at: usize, from: usize, failed: &mut HashSet<(usize, usize)>) -> bool {
    let Some(atom) = atoms.get(at) else { return from == name.len() };
    if failed.contains(&(at, from)) {
        return false;
    }
    let longest = name[from..].iter().take_while(|character| atom.has(**character)).count().min(atom.most);
    let found = (atom.least..=longest).any(|taken| tries(atoms, name, at + 1, from + taken, failed));
    if !found {
        failed.insert((at, from));
    }
    found
}

/// Whether a name matches a pattern in which `*` is any text: a row for each character of the pattern.
fn stars(pattern: &[char], name: &[char]) -> bool {
    let mut row: Vec<bool> = (0..=name.len()).map(|length| length == 0).collect();
    for character in pattern {
        let mut next = vec![false; row.len()];
        for length in 0..row.len() {
            next[length] = match (character, length) {
                ('*', 0) => row[0],
                ('*', length) => row[length] || next[length - 1],
                (_, 0) => false,
                (character, length) => row[length - 1] && *character == name[length - 1],
            };
        }
        row = next;
    }
    row[name.len()]
}
