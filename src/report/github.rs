//! Findings as the commands by which a GitHub runner marks lines of a change.

use super::{Format, Pieces, Report, inline};
use crate::finding::{Finding, Kind, Severity};

pub(super) const FORMAT: Format =
    Format { id: "github", summary: "commands for a GitHub runner: marks on the changed lines", write, pieces: Some(PIECES) };

const PIECES: Pieces = Pieces { start: "", each: write, between: "", mends: false, end: |_, _| String::new() };

fn write(report: &Report<'_>) -> String {
    report.findings.iter().map(|finding| command(finding, report)).collect()
}

fn command(finding: &Finding, report: &Report<'_>) -> String {
    let word = match finding.weight() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some((file, place)) = report.location(finding) {
        properties.push(("file", file.to_owned()));
        properties.push(("line", place.line.to_string()));
        properties.push(("endLine", place.end_line.to_string()));
        // The runner refuses columns of a span over several lines.
        if place.line == place.end_line {
            properties.push(("col", place.column.to_string()));
            properties.push(("endColumn", place.end_column.to_string()));
        }
    }
    properties.push(("title", finding.rule.clone()));
    let properties: Vec<String> = properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{word} {}::{}\n", properties.join(","), data(finding))
}

fn data(finding: &Finding) -> String {
    let said = [finding.summary.as_str(), finding.message.as_str()].into_iter().filter(|part| !part.is_empty());
    let mut lines = vec![inline(&said.collect::<Vec<_>>().join(": "))];
    lines.extend(finding.help.iter().map(|help| format!("help: {}", inline(help))));
    lines.push(format!("in {}", inline(finding.identity.as_str())));
    if finding.kind == Kind::Evaluated {
        lines.push(format!("only evaluated: severity {} once the policy enforces the rule", finding.severity.word()));
    }
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

fn property(value: &str) -> String {
    inline(value).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn commands_are_as_they_were() {
        insta::assert_snapshot!(write(&Sample::new().report()));
    }

    #[test]
    fn a_message_cannot_add_a_command_or_a_property() {
        let sample = Sample::new();
        let text = write(&sample.report());
        assert_eq!(text.lines().count(), sample.findings.len());
        assert!(text.lines().all(|line| line.starts_with("::")));
        let odd = text.lines().find(|line| line.contains("sample-name")).expect("it is said");
        assert!(odd.starts_with("::warning file=pipelines/c%3Ai%2C%25.ncl,line=3,endLine=3,col="), "{odd}");
        assert!(
            odd.contains("::a job may run longer than the policy allows: 100%25 odd\\n::error::a\\u{1b}[31mb%0Ahelp: "),
            "{odd}"
        );
    }
}
