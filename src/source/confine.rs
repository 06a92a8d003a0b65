//! Refuses, before anything is evaluated, an import that leaves the project.
//!
//! What is evaluated may be a stranger's pull request: an import may name a file below the project's root, looked at
//! through every symbolic link, or a file of the library, and nothing else.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use nickel_lang_core::ast::{Ast, Import, Node};
use nickel_lang_core::cache::{CacheHub, ImportResolver as _, InputFormat};
use nickel_lang_core::error::ParseErrors;
use nickel_lang_core::files::FileId;
use nickel_lang_core::position::RawSpan;
use nickel_lang_core::traverse::{TraverseAlloc as _, TraverseControl};

use super::nickel::{is_library, library_name, library_path};
use crate::contracts;

/// Why a file is not evaluated.
pub(super) enum Refusal {
    /// An import that is not allowed or not there.
    Import {
        /// Where it stands.
        span: RawSpan,
        /// What is wrong with it.
        message: String,
    },
    /// The file, or one it imports, is not Nickel.
    Syntax(ParseErrors),
}

struct Imported {
    path: PathBuf,
    format: Option<InputFormat>,
    span: RawSpan,
}

/// Follows every import of a file, and of the files it imports.
pub(super) fn check(caches: &mut CacheHub, main: FileId, root: &Path) -> Result<(), Refusal> {
    let mut seen = HashSet::from([main]);
    let mut open = vec![main];
    while let Some(id) = open.pop() {
        caches.parse_to_ast(id).map_err(Refusal::Syntax)?;
        let here = caches.get_path(id).map(PathBuf::from).unwrap_or_default();
        for imported in imports(caches, id) {
            let refuse = |message: String| Refusal::Import { span: imported.span, message };
            let Some(format) = imported.format else {
                return Err(refuse("packages cannot be imported".to_owned()));
            };
            let path = resolve(&here, &imported.path, root).map_err(refuse)?;
            if matches!(format, InputFormat::Nickel) && !is_library(&path) {
                let found = caches.sources.get_or_add_file(path, format).map_err(|error| refuse(error.to_string()))?.inner();
                if seen.insert(found) {
                    open.push(found);
                }
            }
        }
    }
    Ok(())
}

fn imports(caches: &mut CacheHub, id: FileId) -> Vec<Imported> {
    let whole = caches.sources.files().source_span(id);
    let (_, asts) = caches.split_asts();
    let mut found = Vec::new();
    if let Some(ast) = asts.get(id) {
        let _: Option<()> = ast.traverse_ref(
            &mut |ast: &Ast<'_>, (): &()| {
                if let Node::Import(import) = &ast.node {
                    let span = ast.pos.as_opt_ref().copied().unwrap_or(whole);
                    found.push(match import {
                        Import::Path { path, format } => Imported { path: PathBuf::from(path), format: Some(*format), span },
                        Import::Package { .. } => Imported { path: PathBuf::new(), format: None, span },
                    });
                }
                TraverseControl::<(), ()>::Continue
            },
            &(),
        );
    }
    found
}

/// The file an import means, or why it may not be meant.
fn resolve(from: &Path, import: &Path, root: &Path) -> Result<PathBuf, String> {
    let shown = import.display();
    if import.is_absolute() {
        return Err(format!("import of \"{shown}\", which is an absolute path"));
    }
    if is_library(from) {
        return Ok(from.with_file_name(import));
    }
    let beside = from.with_file_name(import);
    let Ok(real) = beside.canonicalize() else {
        if contracts::FILES.iter().any(|(name, _)| Path::new(name) == import) {
            return Ok(library_path(import));
        }
        return Err(format!("import of \"{shown}\", which is not there"));
    };
    if !real.starts_with(root) {
        return Err(format!("import of \"{shown}\", which is outside the project"));
    }
    if import == Path::new(contracts::ENTRY) {
        return Err(format!(
            "import of \"{shown}\" finds a file of the project instead of {}",
            library_name(&library_path(import))
        ));
    }
    Ok(beside)
}
