//! What commits have changed since they left a revision.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Error, Revision, git, text};

impl Revision {
    /// When it was committed, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// If git does not say.
    pub fn committed(&self) -> Result<u64, Error> {
        let said = git(&self.root, &["show", "--no-patch", "--format=%ct", &self.commit])?.and_then(text);
        said.and_then(|said| said.trim().parse().ok()).ok_or_else(|| Error::Failed("show".to_owned()))
    }

    /// The lines that the commits up to `HEAD` add or alter since they left this revision, by file, from the project's root. What is not
    /// committed is no part of it, and neither is what they take away.
    ///
    /// # Errors
    ///
    /// If the two have no commit in common here, as in a clone without history.
    pub fn changed(&self) -> Result<BTreeMap<String, Vec<RangeInclusive<u32>>>, Error> {
        let ask =
            |arguments: &[&str]| git(&self.root, arguments)?.and_then(text).ok_or_else(|| Error::Failed(arguments[0].to_owned()));
        let base = git(&self.root, &["merge-base", &self.commit, "HEAD"])?.and_then(text);
        let base = base.ok_or_else(|| Error::NoCommonCommit(self.name.clone()))?;
        let plain = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--relative", "--diff-filter=AM"];
        let diff = |more: &[&str]| ask(&[&["diff"], &plain[..], more].concat());
        let names = diff(&["-z", "--name-only", base.trim(), "HEAD", "--"])?;
        let mut changed = BTreeMap::new();
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let hunks = diff(&["--unified=0", base.trim(), "HEAD", "--", name])?;
            changed.insert(name.to_owned(), hunks.lines().filter_map(added).collect());
        }
        Ok(changed)
    }
}

/// The lines that a hunk puts in, by its head: `@@ -3,2 +3,4 @@`; none if it only takes away.
fn added(line: &str) -> Option<RangeInclusive<u32>> {
    let (place, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (_, new) = place.split_once(" +")?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    let (start, count): (u32, u32) = (start.parse().ok()?, count.parse().ok()?);
    (count > 0).then(|| start..=start + count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_says_which_lines_are_new() {
        assert_eq!(added("@@ -3,2 +3,4 @@ fn main() {"), Some(3..=6));
        assert_eq!(added("@@ -0,0 +1 @@"), Some(1..=1));
        assert_eq!(added("@@ -7,2 +6,0 @@"), None);
        assert_eq!(added("+@@ -7 +6 @@"), None);
    }
}
