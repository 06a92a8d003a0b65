//! Where a report or a baseline may be written: anywhere but over what the project is made of.

use std::path::Path;

use super::Error;
use crate::{drift, workspace};

/// The folders of a project's sources.
const SOURCES: [&str; 3] = ["pipelines", "policies", "actions"];

/// Refuses a file that is a source of the project around `directory`, or one that `emit` writes.
pub(super) fn hold(file: &Path, directory: &Path) -> Result<(), Error> {
    let refuse = |what: &str| {
        Err(Error::Usage {
            message: format!("`{}` is {what}, and it would be written over", file.display()),
            help: "name a file elsewhere, such as report.json".to_owned(),
        })
    };
    if std::fs::read(file).is_ok_and(|bytes| drift::is_ours(&bytes)) {
        return refuse("a file that `pipeward emit` writes");
    }
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Ok(root), Ok(folder)) = (workspace::find_root(directory), folder.canonicalize()) else { return Ok(()) };
    // What is there may be a link to a source, and a name that is not there yet may become one.
    let real = file.canonicalize().ok();
    let named = file.file_name().map(|name| folder.join(name));
    let source = real.iter().chain(&named).any(|path| SOURCES.iter().any(|source| path.starts_with(root.join(source))));
    if source { refuse("among the project's sources") } else { Ok(()) }
}
