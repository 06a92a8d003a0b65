//! JaCoCo's XML: <https://www.jacoco.org/jacoco/trunk/coverage/report.dtd>.

use std::io::Read;

use super::format::{has, trimmed};
use super::xml::{Part, each};
use super::{Coverage, Format, Marks, line_number};
use crate::gate::Fault;

pub(super) const FORMAT: Format = Format { id: "jacoco", summary: "JaCoCo's XML", looks, read };

fn looks(head: &[u8]) -> bool {
    trimmed(head).starts_with(b"<")
        && has(head, "<report")
        && (has(head, "JACOCO") || has(head, "<package") || has(head, "<sessioninfo"))
}

fn read(bytes: &mut dyn Read, coverage: &mut Coverage) -> Result<(), Fault> {
    let mut package = String::new();
    let mut file: Option<(usize, String, Marks)> = None;
    let mut depth = 0;
    each(bytes, "report", |part| {
        match part {
            Part::Start(element) => {
                match element.name() {
                    "sessioninfo" => coverage.made(element.get("dump")?),
                    "package" => package = element.need("name")?,
                    "sourcefile" => {
                        let name = element.need("name")?;
                        let path = if package.is_empty() { name } else { format!("{package}/{name}") };
                        file = Some((depth, path, Marks::default()));
                    }
                    "line" => {
                        if let Some((_, _, marks)) = &mut file {
                            let number = |name: &str| {
                                let text = element.need(name)?;
                                let wrong = || element.wrong(format!("expected a number as {name}, got {text}"));
                                text.parse::<u32>().map_err(|_| wrong())
                            };
                            let (missed, run) = (number("mi")?, number("ci")?);
                            let line = element.need("nr")?;
                            let line = line_number(line.as_bytes())
                                .ok_or_else(|| element.wrong(format!("expected the number of a line, got {line}")))?;
                            if missed > 0 || run > 0 {
                                marks.add(line, run > 0);
                            }
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
