//! Text of files and people in, the same text out with nothing left in it that a terminal or a log would act on.

use std::fmt::Write as _;

use serde_json::Value;

use crate::unseen::is_unseen;

/// Characters that are not shown but do something: control characters, and those that reorder or hide the text around them.
fn acts(character: char) -> bool {
    character.is_control() || is_unseen(character)
}

/// One line of text, every character that acts written out: `\n`, `\u{1b}`. No runner takes it for a command.
#[must_use]
pub fn inline(text: &str) -> String {
    if is_harmless(text, b"") {
        return text.to_owned();
    }
    harmless(&escaped(text, |_| false))
}

/// Several lines of text, every character that acts written out, but for line ends and tabs. No runner takes a line for a command.
#[must_use]
pub fn multiline(text: &str) -> String {
    if is_harmless(text, b"\n\t") {
        return text.to_owned();
    }
    harmless(&escaped(text, |character| matches!(character, '\n' | '\t')))
}

/// Whether nothing is to be done, as it is with nearly every text: only letters of ASCII, and nothing that begins a command. What says no
/// is looked at letter by letter.
fn is_harmless(text: &str, keep: &[u8]) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') || keep.contains(&byte)) && !text.contains("::") && !text.contains("##")
}

fn escaped(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) && !keep(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Text that a runner only logs.
///
/// GitHub's obeys a line that starts with `::`, whatever blanks stand before, and any line with `##[` in it; Azure's the latter.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        let Some(rest) = start.strip_prefix("::") else {
            out.push_str(line);
            continue;
        };
        out.push_str(&line[..line.len() - start.len()]);
        out.push_str(":\\u{3a}");
        out.push_str(rest);
    }
    out.replace(OLD_COMMAND, "##\\u{5b}").replace("##vso[", "##vso\\u{5b}")
}

/// How commands of runners began once, anywhere in a line; they are still obeyed.
const OLD_COMMAND: &str = "##[";

/// Text for Markdown and for HTML inside Markdown, in a cell of a table too: every mark that means something there is an entity,
/// and names in backticks are code. Nobody is told of a name after `@`, nothing is linked after `#`.
pub(super) fn markdown(text: &str) -> String {
    let text = inline(text);
    let parts: Vec<&str> = text.split('`').collect();
    // Without its partner a backtick is nothing but that.
    if parts.len().is_multiple_of(2) {
        return entities(&text);
    }
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        match (index % 2, part.is_empty()) {
            (_, true) => {}
            (0, false) => out.push_str(&entities(part)),
            (_, false) => out.push_str(&code(part)),
        }
    }
    out
}

/// A name as code, for the same places.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", entities(&inline(text)))
}

fn entities(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            ' ' | ',' | ';' | '\'' | '/' | '=' | '?' | '%' | '(' | ')' | '-' | '"' => out.push(character),
            // A space that takes no room keeps names and numbers from becoming mentions.
            '@' | '#' => out.extend(format!("&#{};&#8203;", u32::from(character)).chars()),
            // A forge links a name that begins so, wherever it stands.
            '.' if !out.get(out.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("www")) => out.push('.'),
            mark if mark.is_ascii_punctuation() => out.extend(format!("&#{};", u32::from(mark)).chars()),
            other => out.push(other),
        }
    }
    out
}

/// Lines of text as a block of Markdown that nothing in them ends.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let text = multiline(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// A path as the path of a URI: all but letters, digits and `/ - . _ ~` is percent-encoded.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A source text, every character that acts replaced by one that shows and takes as many bytes, so that spans still fit.
pub(super) fn masked(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) && !text.contains("##") {
        return text.to_owned();
    }
    let mut characters = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        let ends_line = character == '\r' && characters.peek() == Some(&'\n');
        if !acts(character) || ends_line || matches!(character, '\n' | '\t') {
            out.push(character);
            continue;
        }
        out.push(match character.len_utf8() {
            1 => '?',
            2 => '¿',
            3 => '\u{fffd}',
            _ => '\u{100000}',
        });
    }
    out.replace(OLD_COMMAND, "##?").replace("##vso[", "##vso?")
}

/// A JSON value as text, indented by two, with a last line end; characters that act are escaped inside its strings.
#[must_use]
pub fn json_text(value: &Value) -> String {
    // Outside its strings JSON has no such character but the line end, and no `#`, so the text as a whole can be escaped.
    let text = format!("{value:#}\n");
    if is_harmless(&text, b"\n") {
        return text;
    }
    let mut units = [0; 2];
    let mut out = String::new();
    for character in text.chars() {
        if character != '\n' && acts(character) {
            out.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(character);
        }
    }
    out.replace(OLD_COMMAND, "##\\u005b").replace("##vso[", "##vso\\u005b")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[31m\r\n\tb\u{9b}c\u{202e}d\u{e0041}\re\u{7f}\u{200d}é世";

    #[test]
    fn nothing_that_acts_is_left() {
        assert_eq!(inline("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\nb\\u{202e}");
        for text in [inline(HOSTILE), multiline(HOSTILE), masked(HOSTILE), json_text(&HOSTILE.into())] {
            // Said without `acts`, which may itself be wrong.
            assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{e0041}', '\u{7f}', '\u{200d}']), "{text:?}");
        }
        assert!(!inline(HOSTILE).chars().any(acts));
        assert!(!multiline(HOSTILE).chars().any(|character| acts(character) && !matches!(character, '\n' | '\t')));
        assert_eq!(multiline("a\r\n\tb"), "a\\r\n\tb");
        let masked = masked(HOSTILE).replace("\r\n", "\n");
        assert!(!masked.chars().any(|character| acts(character) && !matches!(character, '\n' | '\t')), "{masked:?}");
    }

    #[test]
    fn a_mask_keeps_every_byte_where_it_was() {
        let masked = masked(HOSTILE);
        let boundaries = |text: &str| text.char_indices().map(|(index, _)| index).collect::<Vec<_>>();
        assert_eq!(boundaries(&masked), boundaries(HOSTILE));
        assert_eq!(masked.len(), HOSTILE.len());
        assert!(masked.ends_with("é世"));
    }

    #[test]
    fn json_text_reads_back_as_it_was() {
        let value = serde_json::json!({ "a": HOSTILE, "b": [1, null] });
        let text = json_text(&value);
        assert!(!text.chars().any(|character| acts(character) && character != '\n'), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("it is JSON"), value);
    }

    #[test]
    fn a_line_is_no_command_of_a_runner() {
        assert_eq!(multiline(" a\n ::error::b\n-::c\n"), " a\n :\\u{3a}error::b\n-::c\n");
        assert_eq!(inline("::error::x ##[error]y ##vso[z]"), ":\\u{3a}error::x ##\\u{5b}error]y ##vso\\u{5b}z]");
        assert_eq!(masked("a ##[error]b"), "a ##?error]b");
        let text = json_text(&"##[error]##vso[x]".into());
        assert!(!text.contains("##[") && !text.contains("##vso["), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("it is JSON"), "##[error]##vso[x]");
    }

    #[test]
    fn marks_of_markdown_are_entities_and_names_are_code() {
        assert_eq!(markdown("`a|b` is *odd*"), "<code>a&#124;b</code> is &#42;odd&#42;");
        assert_eq!(markdown("a ` b"), "a &#96; b");
        assert_eq!(markdown("@team #1 www.x"), "&#64;&#8203;team &#35;&#8203;1 www&#46;x");
        assert_eq!(markdown("</details>\n"), "&#60;/details&#62;&#92;n");
    }

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        assert_eq!(fenced("diff", "a\n"), "```diff\na\n```\n");
        assert_eq!(fenced("", "````\n::error::"), "`````\n````\n:\\u{3a}error::\n`````\n");
    }

    #[test]
    fn a_path_is_percent_encoded() {
        assert_eq!(uri("a b/é:\n%.ncl"), "a%20b/%C3%A9%3A%0A%25.ncl");
    }
}
