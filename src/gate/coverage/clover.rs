//! Clover's XML, which PHPUnit, Istanbul and OpenClover write.

use std::io::Read;

use super::format::{has, trimmed};
use super::xml::{Part, each};
use super::{Coverage, Format, Marks, hits, line_number};
use crate::gate::Fault;

pub(super) const FORMAT: Format = Format { id: "clover", summary: "Clover's XML", looks, read };

fn looks(head: &[u8]) -> bool {
    trimmed(head).starts_with(b"<") && has(head, "<coverage") && has(head, "<project")
}

/// Lines with a method's head alone count no statement, and no line.
fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let mut file: Option<(usize, String, Marks)> = None;
    let mut depth = 0;
    each(bytes, "coverage", |part| {
        match part {
            Part::Start(element) => {
                match element.name() {
                    "coverage" => coverage.made(element.get("generated")?),
                    "file" => {
                        let path = match element.get("path")? {
                            Some(path) => path,
                            None => element.need("name")?,
                        };
                        file = Some((depth, path, Marks::default()));
                    }
                    "line" if element.get("type")?.is_none_or(|sort| sort != "method") => {
                        if let Some((_, _, marks)) = &mut file {
                            let line = element.need("num")?;
                            let times = match element.get("count")? {
                                Some(count) => Some(count),
                                None => sides(element.get("truecount")?, element.get("falsecount")?),
                            };
                            let read = line_number(line.as_bytes()).zip(times.and_then(|times| hits(times.as_bytes())));
                            let wrong = || element.wrong("expected a line and how often it was run: num, count");
                            let (line, run) = read.ok_or_else(wrong)?;
                            marks.add(line, run);
                        }
                    }
                    _ => {}
                }
                depth += 1;
            }
            Part::End => {
                depth -= 1;
                if let Some((_, path, marks)) = file.take_if(|(start, ..)| *start == depth) {
                    coverage.add(&path, marks);
                }
            }
            Part::Text(_) => {}
        }
        Ok(())
    })
}

/// How often a condition was looked at, of which Clover counts both sides.
fn sides(holds: Option<String>, fails: Option<String>) -> Option<String> {
    let (holds, fails) = holds.zip(fails)?;
    Some(if holds == "0" { fails } else { holds })
}
