//! What was probably meant where a text is not Nickel: the parser says where it gave up, which is often behind the mistake.

use super::{Fault, FaultKind};
use crate::origin::{Files, Origin};

/// Explains the faults of one text, and leaves out those that only follow from another on the same line.
pub(super) fn explain(faults: Vec<Fault>, files: &Files) -> Vec<Fault> {
    let mut explained: Vec<Fault> = Vec::new();
    for mut fault in faults {
        let line = |origin: Origin| (origin.file, files.place(origin).line);
        if explained.iter().any(|known| line(known.origin) == line(fault.origin)) {
            continue;
        }
        if fault.kind == FaultKind::Syntax {
            let text = files.text(fault.origin.file);
            mend(&mut fault, text);
        }
        explained.push(fault);
    }
    explained
}

fn mend(fault: &mut Fault, text: &str) {
    if fault.message.starts_with("unexpected end of file") {
        let empty = text.lines().all(|line| code(line).is_empty());
        let (message, help) = match empty {
            true => ("the file is empty", "write a record, between { and }"),
            false if begins_without_a_bracket(text) => ("the file ends too early", BRACKETS),
            false => ("the file ends too early", "is a closing bracket, a quotation mark or an expression missing?"),
        };
        fault.message = message.to_owned();
        fault.notes.push(help.to_owned());
        return;
    }
    let at = text.floor_char_boundary(fault.origin.start as usize);
    if TYPED.iter().any(|said| fault.message.starts_with(said)) {
        if let Some(colon) = colon(text, at) {
            let byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
            fault.origin = Origin { file: fault.origin.file, start: byte(colon), end: byte(colon + 1) };
            fault.message = "expected `=` behind the name of a field, got `:`".to_owned();
            fault.notes = vec!["write name = value".to_owned()];
            fault.related.clear();
        }
        return;
    }
    if fault.message != "unexpected token" {
        return;
    }
    let token = text.get(at..text.floor_char_boundary(fault.origin.end as usize)).unwrap_or_default();
    if token == "if" && text[at + token.len()..].trim_start().starts_with(['=', ':']) {
        fault
            .notes
            .push("`if` is a word of Nickel's own: write when = …, or GitHub's key in quotes, github.\"if\" = …".to_owned());
        return;
    }
    if matches!(token, "=" | ":") && begins_without_a_bracket(&text[..at]) && !text[..at].contains('{') {
        fault.notes.push(BRACKETS.to_owned());
        return;
    }
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    if !begins_a_field(line) {
        return;
    }
    let Some((end, before)) = last_code(&text[..start]) else { return };
    let said = match before {
        '=' => "a value may be missing here",
        ',' | '{' | '[' | '(' | '|' | '&' | '@' | '+' | '>' => return,
        _ => "a comma may be missing here",
    };
    let byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let place = Origin { file: fault.origin.file, start: byte(end - before.len_utf8()), end: byte(end) };
    fault.related.push((place, said.to_owned()));
    let what = if before == '=' { "a value" } else { "a comma" };
    fault.notes.push(format!("is {what} missing at the end of a line before?"));
}

/// What is said of a file that is written as YAML is.
const BRACKETS: &str = "write the fields between { and }, each with = and a comma: { name = \"CI\", on.push = {} }";

/// What Nickel says of `name: value`, which gives a field a type.
const TYPED: [&str; 2] = ["invalid contract expression", "statically typed field without a definition"];

/// The `:` of a field that was written as YAML has it, `name: value`, by the place of either of the two.
fn colon(text: &str, at: usize) -> Option<usize> {
    let before = text[..at].trim_end();
    if before.ends_with(':') {
        return Some(before.len() - 1);
    }
    let behind = text[at..].find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '"')))? + at;
    let blanks = text[behind..].len() - text[behind..].trim_start().len();
    text[behind + blanks..].starts_with(':').then_some(behind + blanks)
}

/// Whether the first thing that is written is the name of a field.
fn begins_without_a_bracket(text: &str) -> bool {
    let first = text.lines().map(code).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let name = first.trim_start().split([':', '=']).next().unwrap_or_default().trim();
    !name.is_empty() && name != "let" && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"'))
}

/// Whether a line begins with `name =`, `name.of.it =` or `name |`.
fn begins_a_field(line: &str) -> bool {
    let line = line.trim_start();
    let name = line.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | '/'));
    let words = &line[..line.len() - name.len()];
    // What goes on with an expression is no field.
    !matches!(words, "" | "in" | "then" | "else") && name.trim_start().starts_with(['=', '|'])
}

/// The end and the last character of what is written, comments aside.
fn last_code(text: &str) -> Option<(usize, char)> {
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev() {
        let start = end - line.len();
        let code = code(line);
        if let Some(last) = code.chars().next_back() {
            return Some((start + code.len(), last));
        }
        end = start;
    }
    None
}

/// A line without its comment and the blanks behind; those before stay.
fn code(line: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    for (index, character) in line.char_indices() {
        match character {
            '#' if !quoted => return line[..index].trim_end(),
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    line.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;

    fn said(text: &str, message: &str, at: &str) -> Vec<Fault> {
        let mut files = Files::default();
        let file = files.add("a.ncl", text);
        let start = u32::try_from(text.find(at).expect("it is there")).expect("it is short");
        let fault = Fault::new(FaultKind::Syntax, Vec::new(), Origin { file, start, end: start + 1 }, message);
        explain(vec![fault.clone(), fault], &files)
    }

    #[test]
    fn a_missing_comma_is_said_where_it_is_missing() {
        for (text, byte) in [
            ("{\n  a = 1\n  b = 2,\n}", 8),
            ("{\n  a = \"#\" # one\n\n  # two\n  b.c = 2,\n}", 10),
            ("{\n  a = {}\n  b | Number,\n}", 9),
        ] {
            let found = said(text, "unexpected token", "\n  b");
            assert_eq!(found.len(), 1);
            assert!(found[0].related.is_empty(), "the line before is whole: {found:?}");
            let at = if text.contains('|') { " |" } else { " = 2" };
            let found = said(text, "unexpected token", at);
            let (place, words) = &found[0].related[0];
            assert_eq!((place.start, words.as_str()), (byte, "a comma may be missing here"), "{text}");
        }
    }

    #[test]
    fn a_missing_value_too_and_nothing_is_made_up() {
        assert_eq!(said("{\n  a =\n  b = 2,\n}", "unexpected token", " = 2")[0].related[0].1, "a value may be missing here");
        for text in ["{\n  a = 1,\n  b = = 2,\n}", "let x = 1\nin = 2"] {
            let found = said(text, "unexpected token", "= 2");
            assert!(found[0].related.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn what_is_written_as_yaml_has_it_is_told_how_it_is_written_here() {
        let note = |text, message, at| said(text, message, at)[0].notes.join(" ");
        for (text, at) in [("{ name: \"M\" }", "\"M\""), ("{ a = 1, runs-on : ubuntu }", "runs-on")] {
            for message in ["invalid contract expression: no", "statically typed field without a definition: no"] {
                let found = said(text, message, at).remove(0);
                assert_eq!(found.message, "expected `=` behind the name of a field, got `:`", "{text}");
                assert_eq!(text.get(found.origin.start as usize..found.origin.end as usize), Some(":"));
            }
        }
        let kept = said("{ a | 3 }", "invalid contract expression: no", "3").remove(0);
        assert_eq!(kept.message, "invalid contract expression: no");
        assert!(note("name = \"M\"", "unexpected token", "=").contains("between { and }"));
        assert!(note("name: M\n", "unexpected end of file when parsing a.ncl", "M").contains("between { and }"));
        assert!(!note("{ a = { b = 1", "unexpected end of file when parsing a.ncl", "1").contains("between { and }"));
    }

    #[test]
    fn a_word_of_nickels_is_told_by_ours() {
        let text = "{ if = 1, b = if }";
        let mut files = Files::default();
        let file = files.add("a.ncl", text);
        let at = |start| Fault::new(FaultKind::Syntax, Vec::new(), Origin { file, start, end: start + 2 }, "unexpected token");
        assert!(explain(vec![at(2)], &files)[0].notes[0].contains("when = "));
        assert!(explain(vec![at(14)], &files)[0].notes.is_empty());
    }

    #[test]
    fn an_empty_file_is_called_empty() {
        assert_eq!(said(" # nothing\n\n", "unexpected end of file when parsing a.ncl", "\n")[0].message, "the file is empty");
        let found = said("{ a = 1", "unexpected end of file when parsing a.ncl", "1");
        assert_eq!((found[0].message.as_str(), found[0].origin.file), ("the file ends too early", FileId(0)));
    }
}
