//! How one text is written: plain where every reader reads it as that text, as a block where it has lines, else between
//! double quotes. Never between single quotes: a doubled quote inside them blinds linters to the expressions there.

use crate::unseen::is_unseen;

/// The form of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Quoted,
    Block,
}

/// Words that some version of YAML reads as something else than text.
const WORDS: &[&str] = &[
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "~", "=", "<<", ".inf", "+.inf", "-.inf", ".nan", "inf",
    "+inf", "-inf", "nan",
];

/// No word is longer, in bytes.
const LONGEST_WORD: usize = 5;

/// How long a key may be, in bytes, to stand before its colon: readers look no further than 1024 bytes for the colon, and
/// quoting makes up to four of one.
pub(super) const LONGEST_KEY: usize = 256;

/// The best form for a value.
pub(super) fn form(text: &str) -> Form {
    if is_plain(text) {
        Form::Plain
    } else if is_block(text) {
        Form::Block
    } else {
        Form::Quoted
    }
}

/// Whether the text stands as it is.
pub(super) fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let spaced = text.starts_with(' ') || text.ends_with(' ');
    let indicated = match first {
        '-' => text == "-" || text.starts_with("- ") || text.starts_with("---"),
        ',' | '?' | ':' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => true,
        _ => false,
    };
    let parts = || text.as_bytes().windows(2).any(|pair| matches!(pair, b": " | b" #"));
    let broken = text.ends_with(':') || text.starts_with("...") || parts();
    !spaced && !indicated && !broken && is_shown(text) && !is_other_type(text)
}

/// The text as an item between `[` and `]`: bare if nothing in it could be taken for more.
pub(super) fn in_flow(text: &str) -> String {
    let is_bare = text.starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '.' | '_'))
        && is_plain(text)
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "._-/ ".contains(character));
    if is_bare { text.to_owned() } else { quoted(text) }
}

/// Whether some reader takes it for a number, a date, a time, a flag or nothing.
fn is_other_type(text: &str) -> bool {
    let numeric = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text.chars().all(|character| character.is_ascii_hexdigit() || "xXoO_.,:+-tTzZ */".contains(character));
    let counts = || text.contains(|character: char| character.is_ascii_digit()) || text.chars().all(|sign| "+-.".contains(sign));
    numeric && counts() || text.len() <= LONGEST_WORD && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether it is lines that a block can hold without trailing spaces, piled empty lines or anything unseen.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    text.contains('\n')
        && !body.ends_with('\n')
        && !body.trim().is_empty()
        && !text.contains("\n\n\n\n")
        && !text.starts_with("\n\n\n")
        && body.split('\n').all(|line| !line.ends_with([' ', '\t']) && line.split('\t').all(is_shown))
}

/// Whether all of a text shows and means itself.
fn is_shown(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || text.chars().all(is_visible)
}

/// Whether a character shows and means itself: no control, no mark that turns or hides text, no odd space.
pub(super) fn is_visible(character: char) -> bool {
    matches!(character, ' '..='~') || !(character.is_control() || character.is_whitespace() || is_unseen(character))
}

/// The head of a block: what is cut from its end, and the indentation if its first line would mislead a reader about it.
pub(super) fn block_head(text: &str) -> String {
    let indicator = if text.starts_with([' ', '\t', '\n']) { "2" } else { "" };
    let chomp = if text.ends_with('\n') { "" } else { "-" };
    format!("|{indicator}{chomp}")
}

/// The text between double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            character if is_visible(character) => out.push(character),
            character => out.push_str(&escaped(character)),
        }
    }
    out.push('"');
    out
}

fn escaped(character: char) -> String {
    match u32::from(character) {
        code @ 0..=0xff => format!("\\x{code:02x}"),
        code @ 0x100..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAKEN: &[&str] = &[
        "",
        "yes",
        "No",
        "ON",
        "off",
        "y",
        "true",
        "Null",
        "~",
        "1",
        "1e3",
        "0x1f",
        "0o17",
        "0b1",
        "1_000",
        ".5",
        "-1",
        "+1.",
        "2026-01-01",
        "2026-01-01T10:00:00Z",
        "12:30",
        "1:2:3.5",
        ".inf",
        "-.INF",
        ".NaN",
        "<<",
        "=",
        " a",
        "a ",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "- a",
        "-",
        "---",
        "...",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "'a'",
        "\"a\"",
        "%a",
        "@a",
        "`a`",
        "[a]",
        "{a}",
        "?a",
        ":a",
        ",a",
        "a\tb",
        "a\rb",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{202e}b",
        "0 2 * * *",
        "\u{feff}a",
        "nan",
    ];

    #[test]
    fn what_another_reader_takes_for_something_else_is_quoted() {
        for text in TAKEN {
            assert_eq!(form(text), Form::Quoted, "{text:?}");
        }
    }

    #[test]
    fn no_word_is_longer_than_the_longest() {
        assert_eq!(WORDS.iter().map(|word| word.len()).max(), Some(LONGEST_WORD));
    }

    #[test]
    fn what_is_safe_stands_bare() {
        for text in [
            "a",
            "uv run pytest",
            "${{ github.sha }}",
            "a:b",
            "https://x/y#z",
            "-v",
            "--cov",
            "3.13-slim",
            "10m",
            "~/.cache",
            "é",
            "a'b",
            "github.ref == 'refs/heads/main'",
            "$/.github/workflows/a.yml",
            "a, b",
            "<!-- x -->",
            "=x",
            "./x",
            ".github",
        ] {
            assert_eq!(form(text), Form::Plain, "{text:?}");
        }
    }

    #[test]
    fn lines_are_a_block_unless_a_linter_or_a_reader_would_stumble() {
        for text in ["a\nb", "a\nb\n", " a\nb", "\ta\nb", "a\n\n\nb", "\na"] {
            assert_eq!(form(text), Form::Block, "{text:?}");
        }
        for text in ["a\n\n", "\n", "a \nb", "a\nb\t", "a\r\nb", "a\n\n\n\nb", "\n\n\na", "a\n \nb", " \n"] {
            assert_eq!(form(text), Form::Quoted, "{text:?}");
        }
        assert_eq!(block_head("a\nb"), "|-");
        assert_eq!(block_head(" a\nb\n"), "|2");
    }
}
