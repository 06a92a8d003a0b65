//! The patterns of GitHub's filters, over branches, tags, files and images: what they are, and what they match.
//!
//! `*` is any text without `/`, `**` any text, `?` and `+` say how often the character before them stands, `[a-z]` is one of a
//! range, `!` at the front takes away again. As documented, read 2026-11.

mod written;

pub use self::written::escaped;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    /// Whether it takes away what earlier patterns of the list let in.
    pub negated: bool,
    parts: Vec<Part>,
}

/// What a pattern is matched against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The name of a branch or a tag, without `refs/`.
    Name,
    /// The path of a file, from the root of the repository.
    Path,
    /// Anything else.
    Other,
}

/// A character, and whether there may be none of it or more than one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    one: One,
    none: bool,
    more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum One {
    This(char),
    Within(Vec<(char, char)>),
    NoSlash,
    Any,
}

impl Glob {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a fragment: GitHub would refuse it, or could match nothing by it.
    pub fn parse(text: &str, subject: Subject) -> Result<Self, String> {
        let (negated, body) = text.strip_prefix('!').map_or((false, text), |body| (true, body));
        if body.is_empty() {
            return Err("a pattern has something to match".to_owned());
        }
        if text.contains("${{") {
            return Err("no expression is worked out in a filter".to_owned());
        }
        if let Some(wrong) = misfit(body, subject) {
            return Err(wrong);
        }
        let parts = parts(body)?;
        let literal: Vec<Option<char>> = parts.iter().map(Part::literal).collect();
        match if subject == Subject::Name { no_name(&literal) } else { None } {
            Some(wrong) => Err(wrong),
            None => Ok(Self { negated, parts }),
        }
    }

    /// Whether all of a name matches, `!` aside.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let mut at = vec![false; self.parts.len() + 1];
        at[0] = true;
        self.skip(&mut at);
        for character in name.chars() {
            let mut next = vec![false; at.len()];
            for (index, part) in self.parts.iter().enumerate().filter(|(index, _)| at[*index]) {
                if part.one.is(character) {
                    next[index + usize::from(!part.more)] = true;
                }
            }
            self.skip(&mut next);
            at = next;
        }
        at.last().copied().unwrap_or_default()
    }

    /// The name it matches, if it is only one.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        self.parts.iter().map(Part::literal).collect()
    }

    /// What every name it matches begins with.
    #[must_use]
    pub fn head(&self) -> String {
        self.parts.iter().map_while(Part::literal).collect()
    }

    /// The same pattern over names in lower case.
    #[must_use]
    pub fn lower(&self) -> Self {
        let lower = |part: &Part| {
            let one = match &part.one {
                One::This(character) => One::This(character.to_ascii_lowercase()),
                One::Within(ranges) => {
                    let both = |(from, to): &(char, char)| (from.to_ascii_lowercase(), to.to_ascii_lowercase());
                    One::Within(ranges.iter().map(both).collect())
                }
                other => other.clone(),
            };
            Part { one, ..part.clone() }
        };
        Self { negated: self.negated, parts: self.parts.iter().map(lower).collect() }
    }

    /// Marks what is reached without another character.
    fn skip(&self, at: &mut [bool]) {
        for (index, part) in self.parts.iter().enumerate() {
            if at[index] && part.none {
                at[index + 1] = true;
            }
        }
    }
}

/// Whether a list of patterns lets a name in: the last that matches decides.
#[must_use]
pub fn lets_in(globs: &[Glob], name: &str) -> bool {
    globs.iter().rev().find(|glob| glob.matches(name)).is_some_and(|glob| !glob.negated)
}

impl Part {
    /// The character, if there is always that one at its place.
    fn literal(&self) -> Option<char> {
        match self {
            Self { one: One::This(character), none: false, more: false } => Some(*character),
            _ => None,
        }
    }
}

impl One {
    fn is(&self, character: char) -> bool {
        match self {
            Self::This(this) => *this == character,
            Self::Within(ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&character)),
            Self::NoSlash => character != '/',
            Self::Any => true,
        }
    }
}

/// Why no branch and no tag can be called so, or, if `more` may follow, begin so.
#[must_use]
pub fn never_a_name(name: &str, more: bool) -> Option<String> {
    let literal: Vec<Option<char>> = name.chars().map(Some).chain(more.then_some(None)).collect();
    no_name(&literal)
}

/// The same of characters, none of them where it may be this one or that. The rules are those of `git check-ref-format`.
fn no_name(name: &[Option<char>]) -> Option<String> {
    let never = |character: char| " ~^:?*[\\".contains(character) || character.is_control();
    if let Some(character) = name.iter().flatten().find(|character| never(**character)) {
        return Some(format!("no branch or tag has `{}` in its name", character.escape_debug()));
    }
    let has = |part: &str| {
        let part: Vec<Option<char>> = part.chars().map(Some).collect();
        name.windows(part.len()).any(|window| window == part)
    };
    let ends = |end: &str| {
        let end: Vec<Option<char>> = end.chars().map(Some).collect();
        name.ends_with(&end)
    };
    let begins = |with: char| name.first() == Some(&Some(with));
    let wrong = if begins('/') || ends("/") || has("//") {
        "a `/` at its front, at its end or beside another"
    } else if has("..") {
        "`..` in its name"
    } else if has("@{") {
        "`@{` in its name"
    } else if begins('.') || has("/.") || ends(".") {
        "a `.` at its end or at the front of a part"
    } else if ends(".lock") || has(".lock/") {
        "a part that ends in `.lock`"
    } else {
        return None;
    };
    Some(format!("no branch or tag has {wrong}"))
}

/// What keeps a pattern from ever matching what it is matched against.
fn misfit(body: &str, subject: Subject) -> Option<String> {
    if subject != Subject::Other && body.trim() != body {
        return Some("there is a space at its front or its end".to_owned());
    }
    let wrong = match subject {
        Subject::Name => {
            if body.starts_with("refs/heads/") || body.starts_with("refs/tags/") {
                "a filter looks at the short name, without `refs/heads/` or `refs/tags/`"
            } else {
                return None;
            }
        }
        Subject::Path if matches!(body, "." | "..") || body.starts_with("./") || body.starts_with("../") => {
            "a filter looks at the path from the root of the repository, without `./`"
        }
        Subject::Path if body.starts_with('/') => {
            "a filter looks at the path from the root of the repository, without a `/` before it"
        }
        Subject::Path if body.ends_with('/') => "a directory is no file: `**` after it is every file in it",
        Subject::Path | Subject::Other => return None,
    };
    Some(wrong.to_owned())
}

fn parts(body: &str) -> Result<Vec<Part>, String> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = body.chars().peekable();
    // Whether `?` and `+` have a character before them to be about.
    let mut counted = false;
    while let Some(character) = rest.next() {
        let one = match character {
            '*' => {
                let any = rest.next_if_eq(&'*').is_some();
                while rest.next_if_eq(&'*').is_some() {}
                parts.push(Part { one: if any { One::Any } else { One::NoSlash }, none: true, more: true });
                counted = false;
                continue;
            }
            '?' | '+' => {
                let Some(last) = parts.last_mut().filter(|_| counted) else {
                    return Err(format!("`{character}` says how often the character before it stands, and there is none"));
                };
                if character == '?' {
                    last.none = true;
                } else {
                    let again = Part { one: last.one.clone(), none: true, more: true };
                    parts.push(again);
                }
                counted = false;
                continue;
            }
            '[' => One::Within(ranges(&mut rest)?),
            '\\' => One::This(meant(rest.next())?),
            other => One::This(other),
        };
        parts.push(Part { one, none: false, more: false });
        counted = true;
    }
    Ok(parts)
}

/// The character after a backslash, which takes its meaning from it: a letter or a digit has none.
fn meant(after: Option<char>) -> Result<char, String> {
    match after {
        None => Err("`\\` has a character after it".to_owned()),
        Some(plain) if plain.is_ascii_alphanumeric() => {
            Err(format!("`\\{plain}` is no class of characters as in regular expressions: write `[a-z]` or `[0-9]`"))
        }
        Some(sign) => Ok(sign),
    }
}

/// What stands between `[` and `]`.
fn ranges(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Vec<(char, char)>, String> {
    let mut ranges = Vec::new();
    loop {
        let from = match rest.next() {
            None => return Err("`[` is not closed by `]`".to_owned()),
            Some(']') if ranges.is_empty() => return Err("nothing is between `[` and `]`".to_owned()),
            Some(']') => return Ok(ranges),
            Some(from) => from,
        };
        let mut to = from;
        if rest.next_if_eq(&'-').is_some() {
            to = match rest.next() {
                None | Some(']') => return Err(format!("the range that begins with `{from}` has no end")),
                Some(to) => to,
            };
            let alike = |of: fn(&char) -> bool| of(&from) && of(&to);
            let is_range = alike(char::is_ascii_digit) || alike(char::is_ascii_lowercase) || alike(char::is_ascii_uppercase);
            if !is_range || from > to {
                return Err(format!("`{from}-{to}` is no range: they are within `a-z`, `A-Z` and `0-9`"));
            }
        }
        ranges.push((from, to));
    }
}

/// The parts of a path up to the first that is a pattern.
pub(crate) fn before_glob(path: &str) -> Vec<&str> {
    path.split('/').take_while(|part| !part.contains(['*', '?', '['])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::parse(text, Subject::Other).expect(text)
    }

    /// The examples of GitHub's own documentation.
    #[test]
    fn patterns_match_what_is_documented() {
        for (pattern, names) in [
            ("feature/*", &["feature/my-branch", "feature/"][..]),
            ("feature/**", &["feature/beta-a/my-branch"]),
            ("*", &["main", "releases"]),
            ("**", &["all/the/branches", ""]),
            ("*feature", &["feature", "ver-10-feature"]),
            ("v2*", &["v2", "v2.0"]),
            ("v[12].[0-9]+.[0-9]+", &["v1.10.1", "v2.0.0"]),
            ("*.jsx?", &["page.js", "page.jsx"]),
            ("**.js", &["index.js", "src/js/app.js"]),
            ("**/docs/**", &["dir/docs/a.txt"]),
            ("[CB]at", &["Cat", "Bat"]),
            (r"a\*", &["a*"]),
        ] {
            for name in names {
                assert!(glob(pattern).matches(name), "{pattern} {name}");
            }
        }
        for (pattern, name) in [
            ("feature/*", "feature/a/b"),
            ("*", "a/b"),
            ("v[12].[0-9]+", "v1."),
            ("*.jsx?", "page.jsxx"),
            ("Octo*", "octocat"),
            ("docs/*", "docs/a/b.md"),
            (r"a\*", "ab"),
        ] {
            assert!(!glob(pattern).matches(name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_name_that_git_refuses_is_matched_by_nothing() {
        let refused = |text: &str| Glob::parse(text, Subject::Name).err();
        for text in [
            "a..b", "a@{b", "a.lock", "*.lock", "a.lock/b", "a//b", "/a", "a/", ".a", "**/.a", "a.", "a b", "a:b", "a~1", "a^",
            r"a\*", "x[ab]..c",
        ] {
            assert!(refused(text).is_some_and(|wrong| wrong.starts_with("no branch or tag has ")), "{text}");
        }
        for text in ["a.b", "a..?b", "a.[.b]", "a.*", "*.lock*", "lock", "a@b", "a+b", "v*.*", "a/?b", "a.lockstep", ".?a"] {
            assert_eq!(refused(text), None, "{text}");
        }
        for (name, more) in [("a..b", false), ("x/.lock", false), ("release/..", true), ("a\u{7}", false), ("a.", false)] {
            assert!(never_a_name(name, more).is_some(), "{name}");
        }
        for (name, more) in [("main", false), ("release/", true), ("a.", true), ("", true), ("a.lock", true)] {
            assert_eq!(never_a_name(name, more), None, "{name}");
        }
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        let globs = [glob("**"), glob("!wip/**"), glob("wip/keep")];
        assert_eq!(["main", "wip/x", "wip/keep"].map(|name| lets_in(&globs, name)), [true, false, true]);
        assert!(!lets_in(&[glob("!wip/**")], "main"));
        assert_eq!((glob("main").literal().as_deref(), glob("v1+").literal()), (Some("main"), None));
    }

    #[test]
    fn a_pattern_is_read_in_linear_time() {
        let glob = glob(&"a?**".repeat(200));
        assert!(
            glob.matches(&"a".repeat(2_000))
                && !Glob { negated: false, parts: parts("[a-c]+d").expect("parts") }.matches(&"abc".repeat(2_000))
        );
    }

    #[test]
    fn what_matches_nothing_is_refused() {
        for (text, subject, part) in [
            ("", Subject::Other, "something to match"),
            ("!", Subject::Other, "something to match"),
            ("v[0-9", Subject::Name, "not closed"),
            ("v[]", Subject::Name, "nothing is between"),
            ("v[9-0]", Subject::Name, "no range"),
            ("v[a-Z]", Subject::Name, "no range"),
            ("v[a-]", Subject::Name, "has no end"),
            ("?x", Subject::Name, "there is none"),
            ("**+", Subject::Path, "there is none"),
            ("a\\", Subject::Path, "after it"),
            ("release 1", Subject::Name, "no branch or tag"),
            ("main ", Subject::Name, "a space"),
            ("refs/heads/main", Subject::Name, "short name"),
            ("feature//x", Subject::Name, "beside another"),
            ("main${{ x }}", Subject::Name, "no expression"),
            ("./src/**", Subject::Path, "without `./`"),
            ("!./src/**", Subject::Path, "without `./`"),
            ("/src/**", Subject::Path, "before it"),
            ("docs/", Subject::Path, "no file"),
        ] {
            let said = Glob::parse(text, subject).expect_err(text);
            assert!(said.contains(part), "{text}: {said}");
        }
        for (text, subject) in
            [("docs/my file.md", Subject::Path), ("v*", Subject::Name), ("!docs/**", Subject::Path), ("My Image", Subject::Other)]
        {
            assert!(Glob::parse(text, subject).is_ok(), "{text}");
        }
    }
}
