//! What `uses` of a step or of a job names: something of this repository, an image, or something of another repository.

/// One of the forms, taken apart. Whether what it names is there is not its matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used<'a> {
    /// `./path` or `$/path`: what is at that path of this repository.
    Own(&'a str),
    /// `docker://image`.
    Image(&'a str),
    /// `owner/name`, `owner/name/path`, each perhaps with `@revision`, and whatever else somebody writes.
    Foreign(Foreign<'a>),
}

/// Something of another repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign<'a> {
    /// `owner/name` or `owner/name/path`.
    pub path: &'a str,
    /// What follows an `@`: a commit, a tag, a branch.
    pub revision: Option<&'a str>,
}

impl<'a> Used<'a> {
    /// Takes a text apart. Every text has a form.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        if let Some(path) = text.strip_prefix("./").or_else(|| text.strip_prefix("$/")) {
            return Self::Own(path);
        }
        if let Some(image) = text.strip_prefix("docker://") {
            return Self::Image(image);
        }
        let (path, revision) = text.split_once('@').map_or((text, None), |(path, revision)| (path, Some(revision)));
        Self::Foreign(Foreign { path, revision })
    }

    /// The path in this repository, without a `/` at its end, if it is one.
    #[must_use]
    pub fn own(self) -> Option<&'a str> {
        match self {
            Self::Own(path) => Some(path.trim_end_matches('/')),
            Self::Image(_) | Self::Foreign(_) => None,
        }
    }

    /// The image, if it is one.
    #[must_use]
    pub const fn image(self) -> Option<&'a str> {
        match self {
            Self::Image(image) => Some(image),
            Self::Own(_) | Self::Foreign(_) => None,
        }
    }

    /// What is of another repository, if it is.
    #[must_use]
    pub const fn foreign(self) -> Option<Foreign<'a>> {
        match self {
            Self::Foreign(foreign) => Some(foreign),
            Self::Own(_) | Self::Image(_) => None,
        }
    }
}

impl<'a> Foreign<'a> {
    /// The repository, which is what is pinned: the first two parts of the path.
    #[must_use]
    pub fn repository(self) -> &'a str {
        self.path.match_indices('/').nth(1).map_or(self.path, |(end, _)| &self.path[..end])
    }
}

/// Whether a revision is a commit's full hash: then it is one text for ever.
#[must_use]
pub fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_told_by_how_it_begins() {
        assert_eq!(Used::of("./.github/actions/a/").own(), Some(".github/actions/a"));
        assert_eq!(Used::of("$/a"), Used::Own("a"));
        assert_eq!(Used::of("docker://alpine@sha256:0").image(), Some("alpine@sha256:0"));
        let foreign = |text| Used::of(text).foreign().map(|foreign| (foreign.repository(), foreign.path, foreign.revision));
        assert_eq!(foreign("actions/checkout"), Some(("actions/checkout", "actions/checkout", None)));
        assert_eq!(foreign("a/b/c/d@v1/x"), Some(("a/b", "a/b/c/d", Some("v1/x"))));
        assert_eq!(foreign("odd"), Some(("odd", "odd", None)));
        for other in ["./a", "$/a", "docker://a"] {
            assert_eq!(foreign(other), None, "{other}");
        }
        assert_eq!((Used::of("a/b").own(), Used::of("a/b").image()), (None, None));
    }

    #[test]
    fn a_commit_has_forty_digits_in_lower_case() {
        assert!(is_commit(&"0a".repeat(20)));
        for moved in ["v1", &"0A".repeat(20), &"0".repeat(41)] {
            assert!(!is_commit(moved), "{moved}");
        }
    }
}
