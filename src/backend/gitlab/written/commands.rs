//! The commands of one step as the entries of a script, and back: an entry is a line where each line is a command of its own.

/// Words that begin or go on with a command of several lines.
const OPEN: &[&str] = &[
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function", "{", "}",
    "(", ")",
];
/// What a line ends with whose command goes on in the next.
const GOES_ON: &[&str] = &["\\", "&&", "||", "|", "{", "(", "then", "do", "else", ";;"];
/// Commands that change the shell they run in, for the commands after them.
const CHANGES: &[&str] = &[
    ".", "alias", "cd", "conda", "declare", "eval", "exec", "exit", "export", "let", "local", "mapfile", "module", "nvm", "popd",
    "pushd", "pyenv", "read", "readonly", "return", "sdk", "set", "shift", "shopt", "source", "trap", "typeset", "ulimit",
    "umask", "unalias", "unset", "wait",
];

/// The entries that commands are written as.
pub(crate) fn entries(commands: &str) -> Vec<String> {
    let lines: Vec<&str> = commands.split('\n').collect();
    if lines.iter().all(|line| is_whole(line)) {
        lines.into_iter().map(str::to_owned).collect()
    } else {
        vec![commands.to_owned()]
    }
}

/// Whether a line is a command by itself.
fn is_whole(line: &str) -> bool {
    let trimmed = line.trim_end();
    let first = line.split_whitespace().next().unwrap_or_default();
    !trimmed.is_empty()
        && !line.starts_with([' ', '\t'])
        && !OPEN.contains(&first)
        && !GOES_ON.iter().any(|end| trimmed.ends_with(end))
        && !line.contains("<<")
        && is_closed(line)
}

/// Whether every quote and every parenthesis that a line opens ends in it.
fn is_closed(line: &str) -> bool {
    let (mut quote, mut escaped, mut depth) = (None, false, 0_i32);
    for letter in line.chars() {
        match (quote, letter) {
            _ if escaped => escaped = false,
            (Some('\''), '\'') | (Some('"'), '"') | (Some('`'), '`') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => escaped = true,
            (None, '\'' | '"' | '`') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    quote.is_none() && !escaped && depth == 0
}

/// Whether commands leave the shell as they found it, so that it is the same whether those after them run in it or in another.
pub(crate) fn keeps_to_itself(commands: &str) -> bool {
    let parts = commands.split(['\n', ';', '&', '|', '(', '{', '`']);
    parts.map(str::trim_start).all(|part| {
        let first = part.split_whitespace().next().unwrap_or_default();
        let is_assignment = first.split_once('=').is_some_and(|(name, _)| is_name(name.trim_end_matches('+')));
        !CHANGES.contains(&first) && !is_assignment && first != "function"
    }) && !commands.contains("()")
}

fn is_name(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_[]".contains(letter);
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_line_where_each_is_a_command_of_its_own() {
        for (commands, number) in [
            ("make\nmake test", 2),
            ("cd app\nnpm ci && npm test", 2),
            ("echo \"it's\"\ntrue", 2),
            ("if a; then\n  b\nfi", 1),
            ("a \\\n  b", 1),
            ("echo \"one\ntwo\"", 1),
            ("cat <<END\nx\nEND", 1),
            ("a\n\nb", 1),
            ("run() {\n  a\n}", 1),
            ("$(a\nb)", 1),
        ] {
            assert_eq!(entries(commands).len(), number, "{commands}");
        }
    }

    #[test]
    fn what_changes_the_shell_is_seen() {
        for commands in ["make", "npm ci && npm test", "NODE_ENVS run", "echo a=b", "docker run -e A=b x"] {
            assert!(keeps_to_itself(commands), "{commands}");
        }
        for commands in
            ["cd app", "make; cd x", "A=b", "A=b make", "a && export B=c", ". env/bin/activate", "f() { a; }", "set +e"]
        {
            assert!(!keeps_to_itself(commands), "{commands}");
        }
    }
}
