//! Coverage: reports of any tool as lines of the repository's files, and what policies demand of them.

mod baseline;
mod clover;
mod cobertura;
mod format;
mod go;
mod jacoco;
mod judge;
mod lcov;
mod llvm;
mod marks;
mod python;
mod tree;
mod xml;

use std::collections::BTreeMap;
use std::io::Read;

use sha2::{Digest as _, Sha256};

pub use baseline::Baseline;
pub use format::{FORMATS, Format};
pub use judge::{Changed, Measured, Terms, judge};
pub use marks::{Count, Marks};
pub use tree::Tree;

use super::{Fault, Report};

/// The last line that a file can have: no compiler takes more, and a report that says so would fill the memory.
const LAST: u32 = 1 << 24;

/// What reports say of files, by the paths that they call them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    files: BTreeMap<String, Marks>,
    /// Where the report says that its paths begin.
    roots: Vec<String>,
    /// When it was made, as it says, in seconds since 1970.
    made: Option<u64>,
}

impl Coverage {
    /// Notes when it was made, by a number of seconds or thousandths of one, as tools write it.
    fn made(&mut self, time: Option<String>) {
        let number = time.and_then(|time| time.trim().parse::<f64>().ok()).filter(|number| *number > 1e9);
        // A thousandth of a second since 1970 is a larger number than any second of the next thousand years.
        self.made = number.map(|number| if number > 3e10 { number / 1000.0 } else { number } as u64);
    }

    /// Adds what a report says of a file, which it may call several times.
    fn add(&mut self, path: &str, marks: Marks) {
        match self.files.get_mut(path) {
            Some(known) => known.join(&marks),
            None => {
                self.files.insert(path.to_owned(), marks.done());
            }
        }
    }

    /// How many lines all files have.
    #[must_use]
    pub fn count(&self) -> Count {
        let mut all = Count::default();
        self.files.values().for_each(|marks| all.add(marks.count()));
        all
    }

    /// What is said of each file.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, Marks> {
        &self.files
    }
}

/// One report, read.
#[derive(Clone, Debug)]
pub struct Whole {
    /// What it is called.
    pub name: String,
    /// The format that it turned out to be in.
    pub format: &'static str,
    /// What it says.
    pub coverage: Coverage,
    /// What tells it from another: the SHA-256 of its bytes.
    pub digest: [u8; 32],
}

/// Reads a report in the format that its content tells.
///
/// # Errors
///
/// If it is in none, is cut off, contradicts itself, or says nothing of any line.
pub fn read(report: Report<'_>) -> Result<Whole, Fault> {
    let Report { name, bytes, written } = report;
    let mut bytes = Hashed { bytes, hash: Sha256::new() };
    let mut head = Vec::new();
    (&mut bytes).take(format::HEAD).read_to_end(&mut head).map_err(|error| Fault::of_disk(&error))?;
    // What only says how the text is encoded.
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let Some(format) = FORMATS.iter().find(|format| (format.looks)(head)) else {
        return Err(format::unknown(head));
    };
    let mut coverage = Coverage::default();
    (format.read)(&mut head.chain(&mut bytes), &mut coverage)?;
    // What a reader has left stands behind the end of what it reads.
    std::io::copy(&mut bytes, &mut std::io::sink()).map_err(|error| Fault::of_disk(&error))?;
    if coverage.count().lines == 0 {
        return Err(Fault::whole(format!("{} that says nothing of any line: the tests measured nothing", format.summary)));
    }
    coverage.made = coverage.made.or(written);
    Ok(Whole { name, format: format.id, coverage, digest: bytes.hash.finalize().into() })
}

/// Bytes that are hashed on their way.
struct Hashed<'a> {
    bytes: Box<dyn Read + 'a>,
    hash: Sha256,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// A number of a line, as reports write it.
fn line_number(text: &[u8]) -> Option<u32> {
    let number: u32 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (1..=LAST).contains(&number).then_some(number)
}

/// How often a line was run, as reports write it: some tools write more than any number holds, a few a fraction.
fn hits(text: &[u8]) -> Option<bool> {
    let digits = text.split(|byte| *byte == b'.' || *byte == b'e').next()?;
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let rest = text[digits.len()..].iter().all(|byte| byte.is_ascii_digit() || b".e+".contains(byte));
    (plain && rest).then(|| text.iter().any(|byte| (b'1'..=b'9').contains(byte)))
}

/// Text of a report, for a message.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if text.chars().count() > 60 {
        format!("\"{}…\"", text.chars().take(60).collect::<String>())
    } else {
        format!("\"{text}\"")
    }
}
