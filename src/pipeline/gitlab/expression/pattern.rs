//! A regular expression between slashes, as GitLab's conditions have them.

use regex::{Regex, RegexBuilder};

/// A regular expression, and how it is applied.
#[derive(Clone, Debug)]
pub struct Pattern {
    body: String,
    flags: String,
    regex: Regex,
}

/// How much a pattern may grow to: what is larger takes the memory of whoever judges it.
const LARGEST: usize = 1 << 20;

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.body == other.body && self.flags == other.flags
    }
}

impl Pattern {
    /// Parses `/…/` and the letters after it: `i` whatever the case, `m` by lines, `s` with `.` for every character, `U` as little as
    /// possible.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inner = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
        let Some((body, flags)) = inner.filter(|(body, flags)| !body.contains('\n') && flags.chars().all(is_flag)) else {
            return Err("write it between slashes: /^v[0-9]+/".to_owned());
        };
        let body = body.replace("\\/", "/");
        let whole = if flags.is_empty() { body.clone() } else { format!("(?{}){body}", once(flags)) };
        match RegexBuilder::new(&whole).size_limit(LARGEST).build() {
            Ok(regex) => Ok(Self { body, flags: flags.to_owned(), regex }),
            Err(error) => {
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default();
                Err(format!("it is no regular expression: {}", last.trim_start_matches("error: ")))
            }
        }
    }

    /// What stands between the slashes, a slash in it as it is.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The letters after it.
    #[must_use]
    pub fn flags(&self) -> &str {
        &self.flags
    }

    /// Whether some part of a text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

pub(super) const fn is_flag(letter: char) -> bool {
    matches!(letter, 'i' | 's' | 'm' | 'U')
}

/// Each letter once: twice is as good to GitLab, and none to the library.
fn once(flags: &str) -> String {
    ['i', 's', 'm', 'U'].into_iter().filter(|flag| flags.contains(*flag)).collect()
}
