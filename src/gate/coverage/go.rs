//! Cover profiles of Go, as `go test -coverprofile` writes them: <https://pkg.go.dev/golang.org/x/tools/cover>.

use std::collections::BTreeMap;
use std::io::Read;

use super::format::trimmed;
use super::{Coverage, Format, Marks, hits, line_number, shown};
use crate::gate::{Fault, lines};

pub(super) const FORMAT: Format = Format { id: "go", summary: "a cover profile of Go", looks, read };

fn looks(head: &[u8]) -> bool {
    trimmed(head).starts_with(b"mode: ")
}

/// Every line of a block is as covered as the block: a profile knows statements by where they begin and end and by nothing else.
fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let mut files: BTreeMap<String, Marks> = BTreeMap::new();
    lines::each_line(bytes, |number, line| {
        if line.starts_with(b"mode: ") || line.trim_ascii().is_empty() {
            return Ok(());
        }
        let wrong = || Fault::new(number, format!("expected FILE:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT, got {}", shown(line)));
        let text = std::str::from_utf8(line).map_err(|_| wrong())?;
        let (path, rest) = text.rsplit_once(':').ok_or_else(wrong)?;
        let [span, _, count] = rest.split(' ').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let (start, end) = span.split_once(',').ok_or_else(wrong)?;
        let line_of = |place: &str| line_number(place.split_once('.')?.0.as_bytes());
        let (start, end) = line_of(start).zip(line_of(end)).filter(|(start, end)| start <= end).ok_or_else(wrong)?;
        let run = hits(count.as_bytes()).ok_or_else(wrong)?;
        if end - start > LONGEST_BLOCK {
            return Err(Fault::new(number, format!("expected a block of at most {LONGEST_BLOCK} lines")));
        }
        let marks = match files.get_mut(path) {
            Some(marks) => marks,
            None => files.entry(path.to_owned()).or_default(),
        };
        (start..=end).for_each(|line| marks.add(line, run));
        Ok(())
    })?;
    files.into_iter().for_each(|(path, marks)| coverage.add(&path, marks));
    Ok(())
}

/// How many lines a block may have: none that somebody wrote is as long.
const LONGEST_BLOCK: u32 = 100_000;
