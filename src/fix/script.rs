//! How a place of a shell's script is quoted.

use crate::pipeline::words::{Piece, pieces};
use crate::source::Node;

use super::Site;

/// What a value at a place is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// A word or a part of one, which the shell splits.
    Bare,
    /// A part of a text between double quotes.
    Double,
    /// A part of a document in the script in which variables are put in.
    Document,
    /// A text in which nothing is put in, a comment, or what this reader does not follow.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Single,
    Double,
    Parens,
    Ticks,
}

/// How a place of a script is quoted.
pub(super) fn quoting(script: &str, at: usize) -> Quoting {
    let bytes = script.as_bytes();
    let expressions = expressions(script);
    let (mut stack, mut documents): (Vec<Frame>, Vec<(String, bool)>) = Default::default();
    let mut here = 0;
    while here < at {
        if let Some((_, end)) = expressions.iter().find(|(start, _)| *start == here) {
            here = *end;
            continue;
        }
        let (rest, top) = (&script[here..], stack.last().copied());
        let mut step = rest.chars().next().map_or(1, char::len_utf8);
        match (bytes[here], top) {
            (b'\'', Some(Frame::Single))
            | (b'"', Some(Frame::Double))
            | (b')', Some(Frame::Parens))
            | (b'`', Some(Frame::Ticks)) => {
                stack.pop();
            }
            (_, Some(Frame::Single)) => {}
            (b'\\', _) => step = 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            (b'$', _) if rest.starts_with("$(") => {
                stack.push(Frame::Parens);
                step = 2;
            }
            (b'`', _) => stack.push(Frame::Ticks),
            (_, Some(Frame::Double)) => {}
            (b'\'', _) if here > 0 && bytes[here - 1] == b'$' => return Quoting::Other,
            (b'\'', _) => stack.push(Frame::Single),
            (b'"', _) => stack.push(Frame::Double),
            (b'(', _) => stack.push(Frame::Parens),
            (b'#', _) if here == 0 || matches!(bytes[here - 1], b' ' | b'\t' | b'\n' | b';') => {
                step = rest.find('\n').unwrap_or(rest.len());
                if here + step > at {
                    return Quoting::Other;
                }
            }
            (b'<', _) if rest.starts_with("<<<") => step = 3,
            (b'<', _) if rest.starts_with("<<") => {
                let Some((document, length)) = head(rest) else { return Quoting::Other };
                documents.push(document);
                step = length;
            }
            (b'\n', _) => match past(script, here + 1, at, &mut documents) {
                Ok(end) => step = end - here,
                Err(quoting) => return quoting,
            },
            _ => {}
        }
        here += step;
    }
    let branches = script[..at].contains("case ") && script[..at].contains("$(");
    match stack.last() {
        _ if here != at || branches || stack.contains(&Frame::Ticks) => Quoting::Other,
        None | Some(Frame::Parens) => Quoting::Bare,
        Some(Frame::Double) => Quoting::Double,
        Some(Frame::Single | Frame::Ticks) => Quoting::Other,
    }
}

/// Where the documents end that begin at a place; else what a place in one of them is taken for.
fn past(script: &str, from: usize, at: usize, documents: &mut Vec<(String, bool)>) -> Result<usize, Quoting> {
    let mut end = from;
    for (word, plain) in documents.drain(..) {
        let length = length_of(&script[end..], &word);
        if end + length > at {
            let calls = script[end..at].contains(['`', '\\']) || script[end..end + length].contains("$(");
            return Err(if plain && !calls { Quoting::Document } else { Quoting::Other });
        }
        end += length;
    }
    Ok(end)
}

/// Where the expressions of a script stand, their signs included.
pub(super) fn expressions(script: &str) -> Vec<(usize, usize)> {
    let found = pieces(script).unwrap_or_default();
    found
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Expression(_, range) => Some((range.start - 3, range.end + 2)),
            Piece::Text(_) => None,
        })
        .collect()
}

/// The word that ends a document, whether variables are put into it, and how long its head is.
fn head(text: &str) -> Option<((String, bool), usize)> {
    let from = 2 + text[2..].len() - text[2..].trim_start_matches(['-', ' ']).len();
    let word = text[from..].split(|sign: char| sign.is_whitespace() || matches!(sign, ';' | '|' | '&' | ')' | '>')).next()?;
    let name: String = word.chars().filter(|sign| !matches!(sign, '\'' | '"' | '\\')).collect();
    (!name.is_empty()).then(|| ((name.clone(), name.len() == word.len()), from + word.len()))
}

/// How long a document is, its last line included.
fn length_of(body: &str, end: &str) -> usize {
    let mut length = 0;
    for line in body.split_inclusive('\n') {
        length += line.len();
        if line.trim() == end {
            return length;
        }
    }
    length
}

/// The script of a step that bash or another POSIX shell runs for certain.
pub(super) fn posix<'a>(site: &Site<'a>, step: &'a Node) -> Option<(&'a Node, &'a str)> {
    let run = step.get("run")?;
    let default = |holder: &'a Node| holder.get("defaults")?.get("run")?.get("shell");
    let job = site.job().map(|job| &job.node);
    let shell = step.get("shell").or_else(|| default(job?)).or_else(|| default(site.root));
    let known = match shell {
        Some(shell) => matches!(shell.text()?.split_whitespace().next()?, "bash" | "sh"),
        None => job.is_some_and(|job| is_unix(site, job)),
    };
    known.then_some((run, run.text()?))
}

/// Whether every machine of a job has a POSIX shell where none is named.
fn is_unix(site: &Site<'_>, job: &Node) -> bool {
    let Some(text) = job.get("runs-on").and_then(|label| site.text.get(label.origin.range())) else { return false };
    let known = |text: &str| text.contains("ubuntu") || text.contains("macos");
    let rows = || job.get("strategy").and_then(|strategy| site.text.get(strategy.origin.range())).unwrap_or_default();
    match text.contains("${{") {
        false => known(text),
        true => text.contains("matrix.") && known(rows()) && !rows().contains("windows") && !rows().contains("${{"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_quoted_as_the_shell_has_it() {
        for (script, quoting) in [
            ("echo @", Quoting::Bare),
            ("echo \"a @\"", Quoting::Double),
            ("echo 'a @'", Quoting::Other),
            ("echo \"$(cat @)\"", Quoting::Bare),
            ("echo \"$(cat \"@\")\"", Quoting::Double),
            ("echo \"it's @\"", Quoting::Double),
            ("# it's\necho @", Quoting::Bare),
            ("# @", Quoting::Other),
            ("echo a#b\\' @", Quoting::Bare),
            ("cat <<EOF\n@\nEOF\n", Quoting::Document),
            ("cat <<'EOF'\n@\nEOF\n", Quoting::Other),
            ("cat <<-EOF > a\n it's\n EOF\necho @", Quoting::Bare),
            ("echo `cat @`", Quoting::Other),
            ("cat <<< 'a' && echo \"@\"", Quoting::Double),
            ("echo \"${{ 'a\"b' }} @\"", Quoting::Double),
            ("x=$(case a in b) @;; esac)", Quoting::Other),
        ] {
            assert_eq!(super::quoting(script, script.find('@').expect("a place")), quoting, "{script}");
        }
    }
}
