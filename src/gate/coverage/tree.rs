//! The files of a repository, and which of them a report speaks of: tools write paths from wherever they ran.

use std::collections::{BTreeSet, HashMap};

/// The files of a repository, by their paths from its root.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeSet<String>,
    /// The files of each name.
    named: HashMap<String, Vec<String>>,
}

impl Tree {
    /// Of these files.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = String>) -> Self {
        let files: BTreeSet<String> = files.into_iter().collect();
        let mut named: HashMap<String, Vec<String>> = HashMap::new();
        for file in &files {
            named.entry(name_of(file).to_owned()).or_default().push(file.clone());
        }
        Self { files, named }
    }

    /// The file that a report means, if there is exactly one.
    ///
    /// It is the one of that path; else the one whose path is what is left of it without the folders at its beginning that are not here
    /// (a checkout elsewhere, a module's name); else the one whose path ends with it (a package below a folder of sources). A bare name is
    /// no way to a file, unless the report has no more of it.
    #[must_use]
    pub fn find(&self, path: &str, roots: &[String]) -> Option<&str> {
        let path = plain(path)?;
        let below = |root: &String| plain(&format!("{root}/{path}"));
        let named: Vec<String> = roots.iter().filter_map(below).chain([path.clone()]).collect();
        let shortened = named.iter().find_map(|path| self.shortened(path));
        shortened.or_else(|| self.lengthened(&path))
    }

    fn shortened(&self, path: &str) -> Option<&str> {
        let mut rest = path;
        loop {
            if let Some(file) = self.files.get(rest) {
                return Some(file);
            }
            rest = rest.split_once('/')?.1;
            if !rest.contains('/') {
                return None;
            }
        }
    }

    fn lengthened(&self, path: &str) -> Option<&str> {
        let ends = |file: &&String| file.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        let mut found = self.named.get(name_of(path))?.iter().filter(ends);
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }
}

/// A path with `/` and without `.`; none if it leads upwards out of everything.
fn plain(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let path = path.replace('\\', "/");
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_from_wherever_a_tool_wrote_it() {
        let files = ["src/app.py", "src/db/app.py", "setup.py", "java/src/main/java/com/acme/Foo.java", "pkg/x.go"];
        let tree = Tree::of(files.map(str::to_owned));
        let find = |path: &str, roots: &[&str]| {
            let roots: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
            tree.find(path, &roots).map(str::to_owned)
        };
        for (path, roots, file) in [
            ("src/app.py", &[][..], Some("src/app.py")),
            ("./src/../src/app.py", &[], Some("src/app.py")),
            ("/home/runner/work/shop/shop/src/app.py", &[], Some("src/app.py")),
            ("C:\\work\\shop\\src\\db\\app.py", &[], Some("src/db/app.py")),
            ("app.py", &["/build/shop/src"], Some("src/app.py")),
            ("setup.py", &[], Some("setup.py")),
            ("com/acme/Foo.java", &[], Some("java/src/main/java/com/acme/Foo.java")),
            ("example.org/shop/pkg/x.go", &[], Some("pkg/x.go")),
            // Two files are called so.
            ("app.py", &[], None),
            // A bare name in the root is not what a foreign path ends with.
            ("/usr/lib/python3/dist-packages/setup.py", &[], None),
            ("/other/tool.py", &[], None),
            ("../../..", &[], None),
        ] {
            assert_eq!(find(path, roots).as_deref(), file, "{path}");
        }
    }
}
