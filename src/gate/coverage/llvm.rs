//! The JSON that `llvm-cov export` writes, and `cargo llvm-cov --json` with it.

use std::io::Read;

use serde::Deserialize;

use super::format::{has, trimmed};
use super::python::json;
use super::{Coverage, Format, LAST, Marks};
use crate::gate::Fault;

pub(super) const FORMAT: Format = Format { id: "llvm", summary: "JSON of llvm-cov", looks, read };

fn looks(head: &[u8]) -> bool {
    trimmed(head).starts_with(b"{") && has(head, "\"data\"")
}

#[derive(Deserialize)]
struct Document {
    data: Vec<Export>,
}

#[derive(Deserialize)]
struct Export {
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    #[serde(default)]
    segments: Vec<Segment>,
}

/// A place where the count changes: line, column, count, whether it has one, whether a region begins there, whether that is a gap.
#[derive(Clone, Copy, Deserialize)]
struct Segment(u32, u32, f64, bool, bool, #[serde(default)] bool);

impl Segment {
    const fn begins(self) -> bool {
        self.3 && self.4 && !self.5
    }
}

fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let document: Document = json(bytes)?;
    for File { filename, segments } in document.data.into_iter().flat_map(|export| export.files) {
        if segments.iter().any(|segment| !(1..=LAST).contains(&segment.0))
            || segments.windows(2).any(|pair| (pair[0].0, pair[0].1) > (pair[1].0, pair[1].1))
        {
            return Err(Fault::whole(format!("expected the segments of {filename} in the order of its lines")));
        }
        coverage.add(&filename, marks(&segments));
    }
    Ok(())
}

/// The lines between segments, counted as LLVM does: a line is as covered as the most covered of the regions that begin on it, or as the
/// one that reaches over it.
fn marks(segments: &[Segment]) -> Marks {
    let mut marks = Marks::default();
    let mut rest = segments;
    let mut over: Option<Segment> = None;
    let (first, last) = (segments.first().map_or(1, |segment| segment.0), segments.last().map_or(0, |segment| segment.0));
    for line in first..=last {
        let (here, after) = rest.split_at(rest.iter().take_while(|segment| segment.0 == line).count());
        let is_skipped = here.first().is_some_and(|segment| !segment.3 && segment.4);
        let mut begun = here.iter().filter(|segment| segment.begins()).peekable();
        let reaches = over.filter(|segment| segment.3);
        if !is_skipped && (reaches.is_some() || begun.peek().is_some()) {
            let run = begun.any(|segment| segment.2 > 0.0) || reaches.is_some_and(|segment| segment.2 > 0.0);
            marks.add(line, run);
        }
        over = here.last().copied().or(over);
        rest = after;
    }
    marks
}
