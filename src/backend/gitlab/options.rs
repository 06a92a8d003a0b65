//! Options of `docker create` as far as GitLab has words for them, and command lines taken apart.

use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::Value;
use crate::yaml::Map;

/// What GitLab has words for: `entrypoint`, and the platform and the user of Docker. The rest is said to be lost.
pub(super) fn read(lowering: &mut Lowering<'_>, options: &At<Value>) -> Map {
    let mut map = Map::new();
    let mut docker = Map::new();
    let words = options.print().map(|text| words(&text)).unwrap_or_default();
    let mut lost = words.is_empty();
    let mut rest = words.into_iter();
    while let Some(word) = rest.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word, None),
        };
        match name.as_str() {
            "--entrypoint" => map.put_some("entrypoint", value.or_else(|| rest.next()).map(|value| vec![value])),
            "--user" | "-u" => docker.put_some("user", value.or_else(|| rest.next())),
            "--platform" => docker.put_some("platform", value.or_else(|| rest.next())),
            "--privileged" => lowering.lose("container-privileged", options.origin),
            _ => {
                lost = true;
                break;
            }
        }
    }
    if lost {
        lowering.lose("container-options", options.origin);
    }
    if !docker.is_empty() {
        map.put("docker", docker);
    }
    map
}

/// A command line as its words: quotes hold words together, a backslash holds the next character.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            ('\\', open) if open != Some('\'') => word.get_or_insert_default().extend(letters.next()),
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_command_line_is_taken_apart_as_a_shell_does() {
        assert_eq!(words("-c fsync=off"), ["-c", "fsync=off"]);
        assert_eq!(words(r#"sh -c "echo 'a b' \"c\"" x\ y ''"#), ["sh", "-c", "echo 'a b' \"c\"", "x y", ""]);
        assert_eq!(words("  "), Vec::<String>::new());
        assert_eq!(words("a'b'c"), ["abc"]);
    }
}
