//! What the formats in XML have in common: elements one after the other, nothing of the document kept.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::gate::Fault;

/// How deep elements may stand in each other.
const DEEPEST: usize = 64;

/// An element that begins, ends, or has a text in it.
pub(super) enum Part<'a> {
    /// It begins.
    Start(Element<'a>),
    /// The last one that began and has not ended, ends.
    End,
    /// A text.
    Text(&'a str),
}

/// The beginning of an element.
pub(super) struct Element<'a> {
    start: &'a BytesStart<'a>,
    line: u64,
}

impl Element<'_> {
    /// What it is called.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The value of an attribute, if it has it.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, Fault> {
        for attribute in self.start.attributes() {
            let attribute = attribute.map_err(|error| Fault::new(self.line, format!("expected an attribute: {error}")))?;
            if attribute.key.local_name().into_inner() == name {
                let value =
                    quick_xml::escape::unescape(&attribute.value).map_err(|error| Fault::new(self.line, error.to_string()))?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }

    /// The same of one that has to be there.
    pub(super) fn need(&self, name: &str) -> Result<String, Fault> {
        let missing = || Fault::new(self.line, format!("<{}> has no {name}", self.name()));
        self.get(name)?.ok_or_else(missing)
    }

    /// What is wrong with it.
    pub(super) fn wrong(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.line, message)
    }
}

/// Gives each part of a document to `each`; it has to be whole, with the root element of that name.
pub(super) fn each(bytes: &mut dyn Read, root: &str, mut each: impl FnMut(Part<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, Counted { bytes, lines: 0 }));
    let mut buffer = Vec::new();
    let (mut depth, mut is_done) = (0, false);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        // Some lines are read ahead, so it is about there.
        let line = reader.get_ref().get_ref().lines + 1;
        let event = event.map_err(|error| Fault::new(line, format!("it is no whole XML: {error}")))?;
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let element = Element { start, line };
                if depth == 0 && (is_done || element.name() != root) {
                    return Err(element.wrong(format!("expected one <{root}> around everything")));
                }
                if depth == DEEPEST {
                    return Err(element.wrong(format!("elements stand more than {DEEPEST} deep in each other")));
                }
                each(Part::Start(element))?;
                if matches!(event, Event::Start(_)) {
                    depth += 1;
                } else {
                    each(Part::End)?;
                }
                is_done |= depth == 0;
            }
            Event::End(_) => {
                depth -= 1;
                is_done |= depth == 0;
                each(Part::End)?;
            }
            Event::Text(text) if depth > 0 => {
                each(Part::Text(text))?;
            }
            Event::Eof if is_done && depth == 0 => return Ok(()),
            Event::Eof => return Err(Fault::new(line, format!("it is cut off: <{root}> has no end"))),
            _ => {}
        }
    }
}

/// Bytes whose lines are counted.
struct Counted<'a> {
    bytes: &'a mut dyn Read,
    lines: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.lines += memchr::memchr_iter(b'\n', &buffer[..count]).count() as u64;
        Ok(count)
    }
}
