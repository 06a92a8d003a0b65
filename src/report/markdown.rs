//! Findings as Markdown, for a comment on a change or the summary of a run: the verdict, a table, details that fold.

use std::fmt::Write as _;

use super::escape::{code, fenced, markdown, uri};
use super::{Format, Report, count, said, summary};
use crate::finding::{Finding, Kind, Verdict};
use crate::origin::Origin;

pub(super) const FORMAT: Format = Format {
    id: "markdown",
    summary: "Markdown for a comment or the summary of a run, at most 65,000 characters",
    write,
    pieces: None,
};

/// The most a comment on GitHub holds is 65,536; what quotes or wraps the report needs some.
const LONGEST: usize = 65_000;
/// Kept free for saying what was left out.
const REMAINDER: usize = 400;
/// As much of a diff as anybody reads in a comment.
const LONGEST_DIFF: usize = 60;
/// As much of one text as anybody reads in a table.
const LONGEST_TEXT: usize = 500;

fn write(report: &Report<'_>) -> String {
    let mut page = Page { text: format!("### {}\n", head(report)) };
    if report.findings.is_empty() {
        return page.text;
    }
    page.text.push_str("\n| | rule | where | what |\n|---|---|---|---|\n");
    let listed = page.fill(report.findings.iter().map(|finding| row(finding, report)), "");
    let open = "\n<details><summary>Details</summary>\n";
    let close = "\n</details>\n";
    let mut detailed = 0;
    if listed == report.findings.len() && page.fits(open, close) {
        page.text.push_str(open);
        detailed = page.fill(report.findings.iter().map(|finding| details(finding, report)), close);
        page.text.push_str(close);
    }
    page.text.push_str(&left_out(report.findings.len() - listed, listed - detailed));
    page.text
}

/// A text that grows up to a limit.
struct Page {
    text: String,
}

impl Page {
    fn fits(&self, piece: &str, after: &str) -> bool {
        self.text.len() + piece.len() + after.len() + REMAINDER <= LONGEST
    }

    /// Adds pieces until one does not fit with what has to follow; how many it added.
    fn fill(&mut self, pieces: impl Iterator<Item = String>, after: &str) -> usize {
        let mut number = 0;
        for piece in pieces {
            if !self.fits(&piece, after) {
                break;
            }
            self.text.push_str(&piece);
            number += 1;
        }
        number
    }
}

fn head(report: &Report<'_>) -> String {
    let verdict = match Verdict::of(report.findings) {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::CouldNotCheck => "could not check",
    };
    let counted =
        if report.findings.is_empty() { count(report.pipelines, report.thing.word()) } else { summary(&report.counts()) };
    format!("Pipeward: {verdict}: {counted}")
}

fn word(finding: &Finding) -> String {
    let only = if finding.kind == Kind::Evaluated { " (only evaluated)" } else { "" };
    format!("{}{only}", finding.weight().word())
}

fn row(finding: &Finding, report: &Report<'_>) -> String {
    let place = finding.origin.map_or_else(|| code(&cut(finding.identity.as_str())), |origin| link(origin, report));
    format!("| {} | {} | {place} | {} |\n", word(finding), code(&cut(&finding.rule)), markdown(&cut(said(finding))))
}

/// File and line, as a link to the line.
fn link(origin: Origin, report: &Report<'_>) -> String {
    let file = report.files.name(origin.file);
    let line = report.files.place(origin).line;
    let base = report.links.map_or_else(String::new, |links| format!("{}/", links.trim_end_matches('/')));
    format!("[{}]({base}{}#L{line})", code(&format!("{}:{line}", cut(file))), uri(file))
}

fn details(finding: &Finding, report: &Report<'_>) -> String {
    let mut text = format!("\n**{}** {}", word(finding), code(&cut(&finding.rule)));
    if !finding.summary.is_empty() {
        let _ = write!(text, " {}", markdown(&cut(&finding.summary)));
    }
    text.push_str("\n\n");
    let _ = writeln!(text, "- in {}: {}", code(&cut(finding.identity.as_str())), markdown(&cut(said(finding))));
    for related in &finding.related {
        let _ = writeln!(text, "- {}: {}", markdown(&cut(&related.message)), link(related.origin, report));
    }
    for help in &finding.help {
        let _ = writeln!(text, "- help: {}", markdown(&cut(help)));
    }
    if let Some(diff) = &finding.diff {
        let lines: Vec<&str> = diff.trim_end_matches('\n').split('\n').collect();
        let shown: Vec<String> = lines.iter().take(LONGEST_DIFF).map(|line| cut(line)).collect();
        let _ = write!(text, "\n{}", fenced("diff", &shown.join("\n")));
        if lines.len() > shown.len() {
            let _ = writeln!(
                text,
                "\n{} more of this diff: <code>pipeward emit --dry-run</code>",
                count(lines.len() - shown.len(), "line")
            );
        }
    }
    text
}

fn left_out(findings: usize, details: usize) -> String {
    let mut parts = Vec::new();
    if findings > 0 {
        parts.push(format!("{} more", count(findings, "finding")));
    }
    if details > 0 {
        parts.push(format!("the details of {}", count(details, "finding")));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("\nNot shown here: {}. <code>pipeward check</code> shows everything.\n", parts.join(", "))
}

/// The beginning of a text too long for a table.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn markdown_is_as_it_was() {
        insta::assert_snapshot!(write(&Sample::new().report()));
    }

    #[test]
    fn links_lead_to_lines_under_the_address_given() {
        let sample = Sample::new();
        for links in ["https://forge.example/a/b/blob/main", "https://forge.example/a/b/blob/main/"] {
            let text = write(&Report { links: Some(links), ..sample.report() });
            assert!(text.contains("(https://forge.example/a/b/blob/main/pipelines/c%3Ai%2C%25.ncl#L2)"), "{text}");
        }
    }

    #[test]
    fn nothing_found_is_one_line() {
        let sample = Sample::new();
        assert_eq!(write(&Report { findings: &[], ..sample.report() }), "### Pipeward: passed: 8 pipelines\n");
    }

    #[test]
    fn a_long_report_is_cut_and_says_so() {
        for (number, message) in [(200, "short"), (2_000, "short"), (300, &"é|`*".repeat(4_000)), (1, &"\n".repeat(900_000))] {
            let mut sample = Sample::new();
            let one = Finding { message: message.to_owned(), diff: Some("+x\n".repeat(9_000)), ..sample.findings[2].clone() };
            sample.findings = vec![one; number];
            let text = write(&sample.report());
            assert!(text.len() <= 65_000, "{number}: {}", text.len());
            let rows = text.lines().filter(|line| line.starts_with("| error |")).count();
            let shown = text.lines().filter(|line| line.starts_with("**error**")).count();
            assert!(rows > 0 && shown <= rows, "{rows} {shown}");
            assert_eq!(text.contains(&format!("{} more", count(number - rows, "finding"))), rows < number, "{text}");
            assert_eq!(text.contains(&format!("the details of {}", count(rows - shown, "finding"))), shown < rows);
            assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
            assert!(text.contains("8940 lines more of this diff") == (shown > 0));
        }
    }
}
