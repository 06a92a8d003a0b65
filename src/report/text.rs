//! Findings as frames around the author's own lines, in the look of Nickel's errors, for people.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::diagnostic::{self, Diagnostic, Label};
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::escape::{inline, masked, multiline};
use super::excerpt::Excerpt;
use super::{Counts, Format, Pieces, Report, Tail, losses, summary};
use crate::finding::{Finding, Kind, Severity};
use crate::origin::{FileId, Origin};
use crate::rule;

pub(super) const FORMAT: Format =
    Format { id: "text", summary: "frames around the lines in question, for people", write, pieces: Some(PIECES) };

const PIECES: Pieces = Pieces { start: "", each: drawn, between: "", mends: false, end };

fn write(report: &Report<'_>) -> String {
    let mut text = PIECES.whole(report);
    text.push_str(&losses::text(report));
    text
}

fn end(counts: &Counts, _: Tail<'_>) -> String {
    if counts.all() == 0 { String::new() } else { format!("{}\n", summary(counts)) }
}

fn drawn(report: &Report<'_>) -> String {
    let view = View::of(report);
    let mut buffer = if report.color { Buffer::ansi() } else { Buffer::no_color() };
    let styles = Styles::default();
    for finding in report.findings {
        let written = term::emit_to_write_style(
            &mut StylesWriter::new(&mut buffer, &styles),
            &Config::default(),
            &view,
            &diagnostic(finding, &view),
        );
        debug_assert!(written.is_ok(), "the view holds every file its labels name, and memory takes every byte");
    }
    String::from_utf8(buffer.into_inner()).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn diagnostic(finding: &Finding, view: &View) -> Diagnostic<FileId> {
    let severity = match finding.weight() {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
        Severity::Note => diagnostic::Severity::Note,
    };
    let message = inline(&finding.message);
    let (title, message) =
        if finding.summary.is_empty() { (message, String::new()) } else { (inline(&finding.summary), message) };
    let mut notes = Vec::new();
    let mut labels = Vec::new();
    match finding.origin {
        Some(origin) => labels.push(Label::primary(origin.file, view.span(origin)).with_message(message)),
        None if message.is_empty() => {}
        None => notes.push(message),
    }
    labels.extend(
        finding.related.iter().map(|related| {
            Label::secondary(related.origin.file, view.span(related.origin)).with_message(inline(&related.message))
        }),
    );
    notes.extend(finding.help.iter().map(|help| format!("help: {}", multiline(help))));
    notes.extend(finding.diff.iter().map(|diff| multiline(diff)));
    notes.push(format!("in {}", inline(finding.identity.as_str())));
    if finding.kind == Kind::Evaluated {
        notes.push(format!("only evaluated: severity {} once the policy enforces the rule", finding.severity.word()));
    }
    // What is judged and not built in is a policy's own, which `explain` knows too.
    if finding.kind != Kind::Refused || rule::find(&finding.rule).is_some() {
        notes.push(format!("help: pipeward explain {}", inline(&finding.rule)));
    }
    Diagnostic::new(severity).with_code(inline(&finding.rule)).with_message(title).with_labels(labels).with_notes(notes)
}

/// The files that labels point into, masked for the terminal and no wider than it can be read.
struct View {
    files: BTreeMap<FileId, (String, Excerpt)>,
}

impl View {
    fn of(report: &Report<'_>) -> Self {
        let mut places: BTreeMap<FileId, Vec<Range<usize>>> = BTreeMap::new();
        for finding in report.findings {
            for origin in finding.related.iter().map(|related| related.origin).chain(finding.origin) {
                places.entry(origin.file).or_default().push(origin.range());
            }
        }
        let shown = |(id, places)| {
            let text = masked(report.files.text(id));
            let excerpt = Excerpt::new(inline(report.files.name(id)), &text, places);
            (id, (text, excerpt))
        };
        Self { files: places.into_iter().map(shown).collect() }
    }

    /// The bytes to underline: within the text, on whole characters, and on the first line only.
    ///
    /// A fault of a whole record would otherwise draw a bracket around all of it.
    fn span(&self, origin: Origin) -> Range<usize> {
        let Some((_, file)) = self.files.get(&origin.file) else { return 0..0 };
        let text = file.source();
        let start = floor(text, file.place(origin.range().start));
        let end = floor(text, file.place(origin.range().end)).max(start);
        start..text[start..end].find('\n').map_or(end, |length| start + length)
    }

    fn file(&self, id: FileId) -> Result<&(String, Excerpt), codespan_reporting::files::Error> {
        self.files.get(&id).ok_or(codespan_reporting::files::Error::FileMissing)
    }
}

fn floor(text: &str, byte: usize) -> usize {
    text.floor_char_boundary(byte)
}

impl<'a> codespan_reporting::files::Files<'a> for View {
    type FileId = FileId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<String, codespan_reporting::files::Error> {
        Ok(self.file(id)?.1.name().to_owned())
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, codespan_reporting::files::Error> {
        Ok(self.file(id)?.1.source())
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, codespan_reporting::files::Error> {
        self.file(id)?.1.line_index(byte)
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, codespan_reporting::files::Error> {
        self.file(id)?.1.line_range(line)
    }

    fn column_number(&'a self, id: FileId, _: usize, byte: usize) -> Result<usize, codespan_reporting::files::Error> {
        let (text, excerpt) = self.file(id)?;
        Ok(excerpt.column(text, byte))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn text_is_as_it_was() {
        insta::assert_snapshot!(write(&Sample::new().report()));
    }

    #[test]
    fn colour_comes_only_when_asked_and_nothing_else_acts() {
        let sample = Sample::new();
        let plain = write(&sample.report());
        assert!(!plain.contains(|character: char| character.is_control() && character != '\n'), "{plain:?}");
        assert!(!plain.contains('\u{202e}'));
        let coloured = write(&Report { color: true, ..sample.report() });
        assert!(coloured.contains("\u{1b}[0m"));
        assert!(!coloured.contains("\u{1b}[31mb"), "the source's own escape came through");
    }

    #[test]
    fn a_span_outside_its_text_does_no_harm() {
        let mut sample = Sample::new();
        let file = sample.files.add("é.ncl", "é");
        for (start, end) in [(1, 1), (1, 900), (900, 1), (5, 2)] {
            sample.findings[2].origin = Some(Origin { file, start, end });
            assert!(write(&sample.report()).contains("é.ncl:1:"));
        }
        sample.findings[2].origin = Some(Origin::whole(FileId(900)));
        assert!(write(&sample.report()).contains("3 errors, 1 warning, 1 note, 1 only evaluated in 8 pipelines\n"));
    }

    #[test]
    fn a_rule_that_can_be_explained_says_how() {
        let mut sample = Sample::new();
        assert!(!write(&Report { findings: &sample.findings[4..5], ..sample.report() }).contains("explain"), "of no rule");
        sample.findings[0].rule = rule::RULES[0].id.to_owned();
        let text = write(&sample.report());
        assert!(text.contains(&format!("= in ci/unit\n = help: pipeward explain {}\n", rule::RULES[0].id)), "{text}");
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        let sample = Sample::new();
        assert_eq!(write(&Report { findings: &[], ..sample.report() }), "");
    }
}
