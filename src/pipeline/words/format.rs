//! The template of `format`: text in which `{0}` stands for an argument, `{{` and `}}` for a bracket.

/// A part of a template.
enum Part<'t> {
    Text(&'t str),
    Argument(usize),
    /// An argument, written in a way that is documented nowhere.
    Odd(usize),
}

/// What is wrong with a template that is given so many arguments: what GitHub says when it runs, and fails.
pub(super) fn fault(template: &str, arguments: usize) -> Option<String> {
    let parts = match parts(template) {
        Ok(parts) => parts,
        Err(at) => {
            let around: String = template[at..].chars().take(8).collect();
            return Some(format!("`format` takes {{0}}, {{{{ and }}}}, and cannot read `{around}`"));
        }
    };
    let beyond = parts.iter().find_map(|part| match part {
        Part::Argument(index) | Part::Odd(index) if *index >= arguments => Some(index),
        _ => None,
    });
    beyond.map(|index| format!("`format` has no argument for `{{{index}}}`: the first is {{0}}"))
}

/// The text of a template, its arguments filled in; nothing if it is broken, or if the text is longer than `longest` bytes.
#[must_use]
pub fn filled(template: &str, arguments: &[String], longest: usize) -> Option<String> {
    let mut text = String::new();
    for part in parts(template).ok()? {
        text.push_str(match part {
            Part::Text(text) => text,
            Part::Argument(index) => arguments.get(index)?,
            Part::Odd(_) => return None,
        });
        if text.len() > longest {
            return None;
        }
    }
    Some(text)
}

/// The parts of a template, or the byte at which it breaks.
fn parts(template: &str) -> Result<Vec<Part<'_>>, usize> {
    let mut parts = Vec::new();
    let mut rest = 0;
    while let Some(found) = template[rest..].find(['{', '}']) {
        let at = rest + found;
        let bracket = &template[at..=at];
        parts.push(Part::Text(&template[rest..at]));
        if template[at + 1..].starts_with(bracket) {
            parts.push(Part::Text(bracket));
            rest = at + 2;
            continue;
        }
        let inside = template[at + 1..].find('}').map(|end| &template[at + 1..at + 1 + end]);
        let inside = inside.filter(|_| bracket == "{").ok_or(at)?;
        let (index, odd) = inside.split_once(':').map_or((inside, false), |(index, _)| (index, true));
        let digits = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let index: usize = index.parse().ok().filter(|_| digits).ok_or(at)?;
        parts.push(if odd { Part::Odd(index) } else { Part::Argument(index) });
        rest = at + inside.len() + 2;
    }
    parts.push(Part::Text(&template[rest..]));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled() {
        let arguments = ["a".to_owned(), "b".to_owned()];
        let text = |template| filled(template, &arguments, 10);
        assert_eq!(text("{1}-{0}{{0}}").as_deref(), Some("b-a{0}"));
        assert_eq!(text("é{0}é").as_deref(), Some("éaé"));
        assert_eq!((text("{2}"), text("{"), text("{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}")), (None, None, None));
        assert_eq!(filled("{18446744073709551615}", &arguments, 10), None);
    }

    #[test]
    fn a_template_that_asks_for_more_than_it_is_given_is_told() {
        assert_eq!(fault("{0} {{1}}", 1), None);
        assert!(fault("{1}", 1).is_some_and(|said| said.contains("{1}")));
        for broken in ["{", "}", "{}", "{a}", "{-1}", "{0", "a } b", "{+1}", "{99999999999999999999}"] {
            assert!(fault(broken, 9).is_some(), "{broken}");
        }
    }
}
