//! LCOV's tracefiles, as `geninfo` of LCOV documents them: <https://manpages.debian.org/geninfo>.

use std::io::Read;

use super::format::trimmed;
use super::{Coverage, Format, Marks, hits, line_number, shown};
use crate::gate::{Fault, lines};

pub(super) const FORMAT: Format = Format { id: "lcov", summary: "an LCOV tracefile", looks, read };

fn looks(head: &[u8]) -> bool {
    [&b"TN:"[..], b"SF:"].iter().any(|start| trimmed(head).starts_with(start))
}

/// One file's record, until `end_of_record`.
struct Record {
    path: String,
    /// Where it begins.
    line: u64,
    marks: Marks,
    /// How many lines it says it has, and how many of them were run.
    found: Option<u64>,
    hit: Option<u64>,
}

fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let mut open: Option<Record> = None;
    lines::each_line(bytes, |number, line| {
        if let (Some(record), Some(rest)) = (&mut open, line.strip_prefix(b"DA:")) {
            let wrong = || Fault::new(number, format!("expected DA:LINE,HITS, got {}", shown(line)));
            let (at, rest) = split(rest).ok_or_else(wrong)?;
            let times = split(rest).map_or(rest, |(times, _)| times);
            // Some tools write -1 for what no compiler has emitted.
            let run = hits(times.strip_prefix(b"-").unwrap_or(times)).ok_or_else(wrong)? && !times.starts_with(b"-");
            record.marks.add(line_number(at).ok_or_else(wrong)?, run);
            return Ok(());
        }
        let Some((key, value)) = line.iter().position(|byte| *byte == b':').map(|at| (&line[..at], &line[at + 1..])) else {
            return other(number, line, &mut open, coverage);
        };
        match key {
            b"SF" => {
                if let Some(record) = &open {
                    return Err(Fault::new(record.line, format!("the record of {} has no end_of_record", record.path)));
                }
                let path = std::str::from_utf8(value).map_err(|_| Fault::new(number, "expected a path in UTF-8"))?;
                let marks = Marks::default();
                open = Some(Record { path: path.trim().to_owned(), line: number, marks, found: None, hit: None });
            }
            b"LF" | b"LH" => {
                let told: Option<u64> = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok());
                let told = told.ok_or_else(|| Fault::new(number, format!("expected a number, got {}", shown(value))))?;
                if let Some(record) = &mut open {
                    *(if key == b"LF" { &mut record.found } else { &mut record.hit }) = Some(told);
                }
            }
            b"TN" | b"FN" | b"FNDA" | b"FNF" | b"FNH" | b"FNL" | b"FNA" | b"BRDA" | b"BRF" | b"BRH" | b"MCDC" | b"MCF"
            | b"MRF" | b"MCH" | b"MRH" | b"VER" => {}
            _ if line.starts_with(b"#") => {}
            _ => return Err(Fault::new(number, format!("expected a line of an LCOV tracefile, got {}", shown(line)))),
        }
        Ok(())
    })?;
    match open {
        Some(record) => {
            Err(Fault::new(record.line, format!("it is cut off: the record of {} has no end_of_record", record.path)))
        }
        None => Ok(()),
    }
}

/// A line without a key.
fn other(number: u64, line: &[u8], open: &mut Option<Record>, coverage: &mut Coverage) -> Result<(), Fault> {
    match line.trim_ascii() {
        b"end_of_record" => {
            let Some(record) = open.take() else { return Err(Fault::new(number, "end_of_record stands outside of a record")) };
            let Record { path, line, marks, found, hit } = record;
            let marks = marks.done();
            let count = marks.count();
            // What is told twice and differs was cut, or put together by hand.
            for (told, have, what) in [(found, count.lines, "lines"), (hit, count.covered, "covered lines")] {
                if let Some(told) = told.filter(|told| *told != have) {
                    return Err(Fault::new(line, format!("the record of {path} has {have} {what} and says that it has {told}")));
                }
            }
            coverage.add(&path, marks);
            Ok(())
        }
        text if text.is_empty() || text.starts_with(b"#") => Ok(()),
        text => Err(Fault::new(number, format!("expected a line of an LCOV tracefile, got {}", shown(text)))),
    }
}

fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b',', text)?;
    Some((&text[..at], &text[at + 1..]))
}
