//! Refuses, before anything is evaluated, an import that leaves the project.
//!
//! What is evaluated may be a stranger's pull request: an import may name a file below the project's root, looked at
//! through every symbolic link, or a file of the library, and nothing else.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use nickel_lang_core::ast::{Ast, Import, Node};
use nickel_lang_core::cache::{CacheHub, ImportResolver as _, InputFormat, SourcePath};
use nickel_lang_core::error::ParseErrors;
use nickel_lang_core::files::FileId;
use nickel_lang_core::position::RawSpan;
use nickel_lang_core::traverse::{TraverseAlloc as _, TraverseControl};

use super::limits::{MOST_IMPORTS, mebibytes};
use super::looked::{self, Digest};
use super::nickel::{TREE_ROOT, is_library, library_name, library_path};
use super::reading::{self, Unread};
use super::tree::Tree;
use crate::contracts;
use crate::path::normal;

/// What may be imported.
const ALLOWED: &str = "import files of this project, or \"pipeward.ncl\"";

/// Why a file is not evaluated.
pub(super) enum Refusal {
    /// An import that is not allowed or not there.
    Import {
        /// Where it stands.
        span: RawSpan,
        /// What is wrong with it.
        message: String,
        /// What to do about it.
        help: &'static str,
    },
    /// The file, or one it imports, is not Nickel.
    Syntax(ParseErrors),
}

struct Imported {
    path: PathBuf,
    format: Option<InputFormat>,
    span: RawSpan,
}

/// What raises the limit of a file's size.
pub(super) const RAISE_SIZE: &str = "--size-limit raises the limit";

/// The files of a project that were read, by the name the evaluator looks them up by: each is read once, so that what was looked at
/// is what is evaluated.
pub(super) struct Texts {
    known: HashMap<(PathBuf, InputFormat), (FileId, Digest)>,
    /// What was looked at since somebody asked: what was in it, or that nothing was there.
    looked: Vec<(PathBuf, Option<Digest>)>,
    /// The files that there are, if they are those of a revision.
    tree: Option<Tree>,
}

impl Texts {
    /// Over the disk, or over a tree in its stead.
    pub(super) fn new(tree: Option<Tree>) -> Self {
        Self { known: HashMap::new(), looked: Vec::new(), tree }
    }

    /// What was looked at since this was asked the last time.
    pub(super) fn looked(&mut self) -> Vec<(PathBuf, Option<Digest>)> {
        std::mem::take(&mut self.looked)
    }

    /// Whether anything is at a normal path.
    fn has(&mut self, path: &Path) -> bool {
        let has = match &self.tree {
            Some(tree) => within(tree, path).is_some(),
            None => path.symlink_metadata().is_ok(),
        };
        if !has {
            self.looked.push((path.to_owned(), None));
        }
        has
    }

    /// The file at a path, its text given to the evaluator.
    pub(super) fn read(
        &mut self,
        caches: &mut CacheHub,
        path: &Path,
        format: InputFormat,
        root: &Path,
        limit: u64,
    ) -> Result<FileId, Unread> {
        let path = normal(path);
        if let Some((id, digest)) = self.known.get(&(path.clone(), format)) {
            self.looked.push((path, Some(*digest)));
            let size = caches.sources.source(*id).len() as u64;
            return if size > limit { Err(Unread::TooLarge(limit)) } else { Ok(*id) };
        }
        let text = match &self.tree {
            Some(_) if !path.starts_with(TREE_ROOT) => return Err(Unread::Outside),
            Some(tree) => reading::taken(within(tree, &path).ok_or(Unread::Missing)?, limit)?,
            None => reading::read(&path, root, limit)?,
        };
        let digest = looked::digest(&text);
        self.looked.push((path.clone(), Some(digest)));
        let id = caches.sources.add_string(SourcePath::Path(path.clone(), format), text);
        self.known.insert((path, format), (id, digest));
        Ok(id)
    }
}

/// Follows every import of a file, and of the files it imports. All of them together may have `limit` bytes.
pub(super) fn check(caches: &mut CacheHub, texts: &mut Texts, main: FileId, root: &Path, limit: u64) -> Result<(), Refusal> {
    let mut seen = HashSet::from([main]);
    let mut open = vec![main];
    let mut left = limit.saturating_sub(caches.sources.source(main).len() as u64);
    while let Some(id) = open.pop() {
        caches.parse_to_ast(id).map_err(Refusal::Syntax)?;
        let here = caches.get_path(id).map(PathBuf::from).unwrap_or_default();
        for imported in imports(caches, id) {
            let refuse = |message: String, help: &'static str| Refusal::Import { span: imported.span, message, help };
            let Some(format) = imported.format else {
                return Err(refuse("packages cannot be imported".to_owned(), ALLOWED));
            };
            let path = resolve(texts, &here, &imported.path).map_err(|message| refuse(message, ALLOWED))?;
            if is_library(&path) {
                continue;
            }
            let shown = imported.path.display();
            let found = texts.read(caches, &path, format, root, limit).map_err(|unread| match unread {
                Unread::Outside => refuse(format!("import of \"{shown}\", which is outside the project"), ALLOWED),
                unread => refuse(format!("import of \"{shown}\", which {}", unread.said()), unread.help().unwrap_or(ALLOWED)),
            })?;
            if imported.path == Path::new(contracts::ENTRY) {
                let library = library_name(&library_path(&imported.path));
                return Err(refuse(format!("import of \"{shown}\" finds a file of the project instead of {library}"), ALLOWED));
            }
            if !seen.insert(found) {
                continue;
            }
            if seen.len() > MOST_IMPORTS {
                return Err(refuse(format!("more than {MOST_IMPORTS} files are imported"), "join some of them"));
            }
            left = left.checked_sub(caches.sources.source(found).len() as u64).ok_or_else(|| {
                let together = mebibytes(limit);
                refuse(format!("import of \"{shown}\": the file and its imports are larger than {together} together"), RAISE_SIZE)
            })?;
            if matches!(format, InputFormat::Nickel) {
                open.push(found);
            }
        }
    }
    Ok(())
}

/// The text of a tree at a path in memory.
fn within<'a>(tree: &'a Tree, path: &Path) -> Option<&'a str> {
    tree.texts.get(path.strip_prefix(TREE_ROOT).ok()?.to_str()?).map(String::as_str)
}

/// The paths a file imports, as they are written; none if it is not Nickel.
pub(super) fn imported(caches: &mut CacheHub, id: FileId) -> Vec<String> {
    if caches.parse_to_ast(id).is_err() {
        return Vec::new();
    }
    imports(caches, id).iter().map(|imported| imported.path.to_string_lossy().into_owned()).collect()
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

/// The file an import means, or why it may not be meant: beside the one that imports it, else of the library.
fn resolve(texts: &mut Texts, from: &Path, import: &Path) -> Result<PathBuf, String> {
    let shown = import.display();
    if import.is_absolute() {
        return Err(format!("import of \"{shown}\", which is an absolute path"));
    }
    if is_library(from) {
        return Ok(from.with_file_name(import));
    }
    let beside = normal(&from.with_file_name(import));
    if !texts.has(&beside) && contracts::FILES.iter().any(|(name, _)| Path::new(name) == import) {
        return Ok(library_path(import));
    }
    Ok(beside)
}
