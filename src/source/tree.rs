//! Files that lie in no directory but in a revision, gathered before they are evaluated: an import finds them there, and the
//! files of the work tree never.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pool::Evaluator;
use super::{Request, Role};
use crate::path::join_inside;

/// Some files of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// What stands before their paths where they are shown: `origin/main:`.
    pub label: String,
    /// Their texts, by path from the top of the revision.
    pub texts: BTreeMap<String, String>,
}

impl Tree {
    /// Gathers a file and all it imports, and what these import. `read` answers the text of a path, if there is one; an import
    /// that leads nowhere is said when the file is evaluated.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub fn gather<E>(
        evaluator: &Evaluator,
        label: String,
        start: &str,
        mut read: impl FnMut(&str) -> Result<Option<String>, E>,
    ) -> Result<Self, E> {
        let mut tree = Self { label, texts: BTreeMap::new() };
        let mut open = vec![start.to_owned()];
        while !open.is_empty() {
            let mut fresh = Vec::new();
            for path in std::mem::take(&mut open) {
                if !tree.texts.contains_key(&path)
                    && let Some(text) = read(&path)?
                {
                    tree.texts.insert(path.clone(), text.clone());
                    fresh.push(Request { name: path, text: Some(text), role: Role::Free });
                }
            }
            for (request, imports) in fresh.iter().zip(evaluator.imports(&fresh)) {
                open.extend(imports.iter().filter_map(|import| beside(&request.name, import)));
            }
        }
        Ok(tree)
    }
}

/// The path of an import from the top of the tree; none if it leads out of it.
fn beside(from: &str, import: &str) -> Option<String> {
    join_inside(from.rsplit_once('/').map_or("", |(folder, _)| folder), import)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_looked_for_beside_its_file_and_inside_the_tree() {
        for (import, wanted) in [
            ("b.ncl", Some("policies/lib/b.ncl")),
            ("./b.ncl", Some("policies/lib/b.ncl")),
            ("../../b.ncl", Some("b.ncl")),
            ("../../../b.ncl", None),
            ("/b.ncl", None),
        ] {
            assert_eq!(beside("policies/lib/a.ncl", import).as_deref(), wanted, "{import}");
        }
    }
}
