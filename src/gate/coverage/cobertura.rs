//! Cobertura's XML, which coverage.py, gcovr, llvm-cov's converters and many others write.

use std::io::Read;

use super::format::{has, trimmed};
use super::xml::{Part, each};
use super::{Coverage, Format, Marks, hits, line_number};
use crate::gate::Fault;

pub(super) const FORMAT: Format = Format { id: "cobertura", summary: "Cobertura's XML", looks, read };

fn looks(head: &[u8]) -> bool {
    trimmed(head).starts_with(b"<") && has(head, "<coverage") && (has(head, "line-rate") || has(head, "<packages"))
}

fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let mut file: Option<(usize, String, Marks)> = None;
    let (mut depth, mut in_source) = (0, false);
    each(bytes, "coverage", |part| {
        match part {
            Part::Start(element) => {
                match element.name() {
                    "coverage" => coverage.made(element.get("timestamp")?),
                    "class" => file = Some((depth, element.need("filename")?, Marks::default())),
                    "line" => {
                        if let Some((_, _, marks)) = &mut file {
                            let (number, times) = (element.need("number")?, element.need("hits")?);
                            let line = line_number(number.as_bytes());
                            let read = line.zip(hits(times.as_bytes()));
                            let wrong =
                                || element.wrong(format!("expected a line and how often it was run, got {number} and {times}"));
                            let (line, run) = read.ok_or_else(wrong)?;
                            marks.add(line, run);
                        }
                    }
                    _ => {}
                }
                in_source = element.name() == "source";
                depth += 1;
            }
            Part::End => {
                depth -= 1;
                in_source = false;
                if let Some((_, path, marks)) = file.take_if(|(start, ..)| *start == depth) {
                    coverage.add(&path, marks);
                }
            }
            Part::Text(text) if in_source => coverage.roots.push(text.trim().to_owned()),
            Part::Text(_) => {}
        }
        Ok(())
    })
}
