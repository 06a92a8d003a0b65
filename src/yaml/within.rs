//! From a place in a decoded scalar back to the bytes of the file, whatever the scalar's style.

use std::ops::Range;

use crate::origin::Origin;

/// The bytes of the file that a part of a scalar was decoded from; the whole scalar if it cannot be told.
///
/// `text` is the file, and `part` counts bytes of the decoded text.
#[must_use]
pub fn within(text: &str, scalar: Origin, part: Range<usize>) -> Origin {
    let Some(written) = text.get(scalar.range()) else { return scalar };
    let map = match written.as_bytes().first() {
        Some(b'\'') => quoted(written, false),
        Some(b'"') => quoted(written, true),
        Some(b'|' | b'>') => block(text, scalar, written),
        _ => flowing(written),
    };
    let at = |offset: usize| map.get(offset).or(map.last()).copied().unwrap_or(0);
    let number = |byte: usize| scalar.start + u32::try_from(byte).unwrap_or(0);
    let start = at(part.start);
    // It ends with its last byte: what comes next may stand on another line. An escape has more than one.
    let end = match part.end.checked_sub(1).filter(|last| *last >= part.start).map(at) {
        Some(last) if written.as_bytes().get(last) != Some(&b'\\') => last + 1,
        _ => at(part.end),
    };
    Origin { start: number(start), end: number(end.max(start)).min(scalar.end), ..scalar }
}

/// Pushes as many entries as a piece has bytes once it is decoded, all leading to where it stands.
fn lead(map: &mut Vec<usize>, decoded: usize, to: usize, same: bool) {
    map.extend((0..decoded).map(|byte| if same { to + byte } else { to }));
}

/// A scalar in quotes: a quote is doubled in single ones, signs are escaped in double ones, line ends are folded in both.
fn quoted(written: &str, escapes: bool) -> Vec<usize> {
    let mut map = Vec::with_capacity(written.len());
    let bytes = written.as_bytes();
    let last = written.len().saturating_sub(1);
    let mut at = 1;
    while at < last {
        match bytes[at] {
            b'\'' if !escapes => {
                map.push(at);
                at += 2;
            }
            b'\\' if escapes => {
                let (decoded, length) = escape(&bytes[at..last]);
                lead(&mut map, decoded, at, false);
                at += length;
            }
            b'\n' | b'\r' | b' ' | b'\t' => at = fold(bytes, at, last, &mut map),
            _ => {
                map.push(at);
                at += 1;
            }
        }
    }
    map.push(last);
    map
}

/// A scalar without quotes over one or more lines.
fn flowing(written: &str) -> Vec<usize> {
    let mut map = Vec::with_capacity(written.len() + 1);
    let bytes = written.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'\n' | b'\r' | b' ' | b'\t') {
            at = fold(bytes, at, bytes.len(), &mut map);
        } else {
            map.push(at);
            at += 1;
        }
    }
    map.push(bytes.len());
    map
}

/// White space: kept within a line; with a line end in it, a space, or the empty lines it holds.
fn fold(bytes: &[u8], from: usize, last: usize, map: &mut Vec<usize>) -> usize {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let length = bytes[from..last].iter().take_while(blank).count();
    let ends = bytes[from..from + length].iter().filter(|byte| **byte == b'\n').count();
    if ends == 0 {
        lead(map, length, from, true);
    } else {
        lead(map, (ends - 1).max(1), from, false);
    }
    from + length
}

/// What an escape is decoded to, in bytes, and how long it is.
fn escape(bytes: &[u8]) -> (usize, usize) {
    let digits = |count: usize| {
        let number = bytes
            .get(2..2 + count)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        (number.and_then(char::from_u32).map_or(1, char::len_utf8), 2 + count)
    };
    match bytes.get(1) {
        Some(b'x') => digits(2),
        Some(b'u') => digits(4),
        Some(b'U') => digits(8),
        Some(b'_' | b'N') => (2, 2),
        Some(b'L' | b'P') => (3, 2),
        Some(b'\r') if bytes.get(2) == Some(&b'\n') => (0, 3 + indent(&bytes[3..])),
        Some(b'\n') => (0, 2 + indent(&bytes[2..])),
        _ => (1, 2),
    }
}

fn indent(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// A block: the lines after its head, each without the indentation of the first.
fn block(text: &str, scalar: Origin, written: &str) -> Vec<usize> {
    let head = written.find('\n').map_or(written.len(), |end| end + 1);
    let explicit = written[..head].bytes().find(u8::is_ascii_digit).map(|digit| usize::from(digit - b'0'));
    let lines = || written[head..].split_inclusive('\n');
    let first = lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let width = explicit.map_or_else(
        || indent(first.as_bytes()),
        |more| more + indent(text[..scalar.start as usize].rsplit('\n').next().unwrap_or_default().as_bytes()),
    );
    let folded = written.starts_with('>');
    let (mut map, mut at) = (Vec::with_capacity(written.len()), head);
    let all: Vec<&str> = lines().collect();
    for (number, line) in all.iter().enumerate() {
        let body = line.trim_end_matches(['\n', '\r']);
        let skipped = width.min(body.len());
        lead(&mut map, body.len() - skipped, at + skipped, true);
        let vanishes = folded && is_text(body, width) && is_swallowed(&all[number + 1..], width);
        if line.ends_with('\n') && !vanishes {
            lead(&mut map, 1, at + body.len(), false);
        }
        at += line.len();
    }
    map.push(written.len());
    map
}

/// Whether a line is one that is folded: not empty, and indented as the block is.
fn is_text(line: &str, width: usize) -> bool {
    line.get(width..).is_some_and(|rest| !rest.starts_with([' ', '\t', '\n', '\r']) && !rest.is_empty())
}

/// Whether the end of a line of text in a folded block is nothing: empty lines follow it, each a line end, and then text.
fn is_swallowed(rest: &[&str], width: usize) -> bool {
    let empty = |line: &&str| line.trim().is_empty();
    rest.first().is_some_and(empty) && rest.iter().find(|line| !empty(line)).is_some_and(|line| is_text(line, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;
    use crate::read::Document;

    /// Every character of a decoded scalar that is a letter stands where the map leads.
    fn holds(yaml: &str) {
        let document = Document::read(yaml, FileId(0));
        let node = document.roots[0].get("a").expect("a value");
        let decoded = node.text().expect("a text");
        for (at, letter) in decoded.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
            let found = within(yaml, node.origin, at..at + letter.len_utf8());
            let written = &yaml[found.range()];
            let escaped = written.starts_with('\\') && !letter.is_ascii_lowercase();
            assert!(escaped || written == letter.to_string(), "{yaml:?}: {at} of {decoded:?} is {written:?}");
        }
    }

    #[test]
    fn every_style_leads_back() {
        for yaml in [
            "a: one two three",
            "a: one\n  two\n\n\n  three\nb: 1",
            "a: 'it''s  one\n\n  two'",
            "a: \"x\\ty \\u00e9 z\\x41 \\\n   b c\\n d\"",
            "a: \"one\n  two\n\n  three\"",
            "a: |\n  one\n    two\n\n  three\n",
            "a: |-\n\n  one\n  é two\n",
            "a: |2\n   one\n  two\n",
            "a: >\n  one\n  two\n\n  three\n    four\n\n  five\n  six\n",
            "a: >+\n\n  one\n\n\n  two\n\n",
            "x: 1\na: |\r\n  one\r\n  two\r\n",
        ] {
            holds(yaml);
        }
    }

    #[test]
    fn what_lies_outside_is_the_end() {
        let scalar = Origin { file: FileId(0), start: 3, end: 6 };
        assert_eq!(within("a: 'b'", scalar, 5..9).range(), 5..6);
    }
}
