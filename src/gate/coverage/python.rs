//! The JSON of coverage.py: <https://coverage.readthedocs.io/en/latest/commands/cmd_json.html>.

use std::collections::BTreeMap;
use std::io::{BufReader, Read};

use serde::Deserialize;

use super::format::{has, trimmed};
use super::{Coverage, Format, LAST, Marks};
use crate::gate::Fault;

pub(super) const FORMAT: Format = Format { id: "coverage.py", summary: "JSON of coverage.py", looks, read };

fn looks(head: &[u8]) -> bool {
    trimmed(head).starts_with(b"{") && has(head, "\"meta\"")
}

#[derive(Deserialize)]
struct Document {
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct File {
    executed_lines: Vec<u32>,
    missing_lines: Vec<u32>,
}

fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let document: Document = json(bytes)?;
    for (path, File { executed_lines, missing_lines }) in document.files {
        let mut marks = Marks::default();
        for (lines, run) in [(executed_lines, true), (missing_lines, false)] {
            for line in lines {
                if !(1..=LAST).contains(&line) {
                    return Err(Fault::whole(format!("expected the number of a line of {path}, got {line}")));
                }
                marks.add(line, run);
            }
        }
        coverage.add(&path, marks);
    }
    Ok(())
}

/// A document in JSON, which has to be whole.
pub(super) fn json<T: for<'a> Deserialize<'a>>(bytes: &mut dyn Read) -> Result<T, Fault> {
    serde_json::from_reader(BufReader::new(bytes)).map_err(|error| match error.line() {
        0 => Fault::whole(error.to_string()),
        line => Fault::new(line as u64, format!("it is no whole report: {error}")),
    })
}
