//! Text of files and people in, the same text out with nothing left in it that a terminal or a log would act on.

use serde_json::Value;

/// Characters that are not shown but do something: control characters, and those that reorder or hide the text around them.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// One line of text, every character that acts written out: `\n`, `\u{1b}`.
#[must_use]
pub fn inline(text: &str) -> String {
    escaped(text, |_| false)
}

/// Several lines of text, every character that acts written out, but for line ends and tabs.
#[must_use]
pub fn multiline(text: &str) -> String {
    escaped(text, |character| matches!(character, '\n' | '\t'))
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

/// A source text, every character that acts replaced by one that shows and takes as many bytes, so that spans still fit.
pub(super) fn masked(text: &str) -> String {
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
    out
}

/// A JSON value as text, indented by two, with a last line end; characters that act are escaped inside its strings.
#[must_use]
pub fn json_text(value: &Value) -> String {
    // Outside its strings JSON has no such character but the line end, so the text as a whole can be escaped.
    let mut units = [0; 2];
    let mut out = String::new();
    for character in format!("{value:#}\n").chars() {
        if character != '\n' && acts(character) {
            out.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(character);
        }
    }
    out
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
}
