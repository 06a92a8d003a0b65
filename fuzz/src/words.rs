//! The words of the forge are kept as they were written, and taken apart without losing any.

use pipeward::pipeline::words::{Piece, pieces, reference};
use pipeward::pipeline::{Reference, Words};

/// Holds the text as words.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let taken = pieces(text);
    if let Ok(pieces) = &taken {
        let whole: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => (*text).to_owned(),
                Piece::Expression(expression, range) => {
                    assert_eq!(text.get(range.clone()), Some(*expression), "{text:?} {range:?}");
                    format!("${{{{{expression}}}}}")
                }
            })
            .collect();
        assert_eq!(whole, text);
    }
    match Words::parse(text) {
        Ok(words) => hold_words(&words, text, &taken.expect("what is parsed is taken apart")),
        Err(problem) => {
            assert!(text.is_char_boundary(problem.offset), "{text:?} breaks inside of a character: {problem:?}");
            assert!(!problem.message.is_empty(), "{text:?} breaks, and nobody says why");
        }
    }
    if let Some(found) = reference(text) {
        let words = Words::parse(text).expect("a reference is words");
        assert!(!words.is_template() && words.mentions() == [found], "{text:?}: {:?}", words.mentions());
    }
}

fn hold_words(words: &Words, text: &str, pieces: &[Piece<'_>]) {
    assert_eq!(words.text(), text);
    assert_eq!(Words::parse(words.text()).as_ref(), Ok(words));
    let expressions: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Expression(expression, _) => Some(*expression),
        })
        .collect();
    let expected = if words.is_template() { expressions.len() } else { 1 };
    assert_eq!(words.is_template(), !expressions.is_empty(), "{text:?}");
    assert_eq!(words.expressions().len(), expected, "{text:?} loses an expression");
    // What a context refers to begins with a context that was seen.
    let contexts = words.contexts();
    assert!(words.paths().iter().all(|path| path.first().is_some_and(|head| contexts.contains(head))), "{text:?}: {contexts:?}");
    for mention in words.mentions() {
        let context = match mention {
            Reference::Secret(_) => "secrets",
            Reference::Variable(_) => "vars",
            Reference::Matrix(_) => "matrix",
            _ => continue,
        };
        assert!(contexts.iter().any(|known| known == context), "{text:?} mentions {mention:?} of {contexts:?}");
    }
}
