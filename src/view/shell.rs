//! The commands of a shell script: what is called with which words, what it writes to, and what its output goes to.
//!
//! It reads any text in one pass, without ever failing: what is no script of a POSIX shell or of bash gives odd commands, and a rule
//! that looks for none of them stays quiet. Grammars of whole shells give nothing at all for a script with one odd line, and some of
//! them can be brought down by a thousand brackets.

mod reader;
mod script;

pub(crate) use reader::commands;

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// Its words, its name first; assignments before the name are not among them.
    pub(crate) words: Vec<Word>,
    /// The variables set before its name, or alone.
    pub(crate) assigned: Vec<Word>,
    /// What its output is written to, files and what stands for them.
    pub(crate) writes: Vec<Word>,
    /// What is put into it: a here-document, a here-string, a file.
    pub(crate) reads: Vec<Word>,
    /// The number of the command its output goes to, among those of the same script.
    pub(crate) feeds: Option<usize>,
    /// Whether it runs only if what stands before it fails: `… || it`.
    pub(crate) otherwise: bool,
}

/// A word, as the command gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The text without its quotes; what is put in stands as it is written: `$NAME`, `$(date)`.
    pub(crate) text: String,
    /// The names of the variables whose values are put in.
    pub(crate) names: Vec<String>,
    /// The commands whose output is put in or handed over as a file.
    pub(crate) inner: Vec<Command>,
}

impl Command {
    /// The name of what is called, without the directory it is in; what only starts another command is passed over.
    pub(crate) fn name(&self) -> &str {
        self.call().first().map_or("", |word| word.text.rsplit('/').next().unwrap_or_default())
    }

    /// The words after that name.
    pub(crate) fn arguments(&self) -> &[Word] {
        self.call().get(1..).unwrap_or_default()
    }

    /// The words from the name of what is really called on: `sudo -E env A=1 bash x` calls bash.
    fn call(&self) -> &[Word] {
        let mut words = self.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            if !STARTERS.contains(&first.text.as_str()) {
                break;
            }
            let own = |word: &&Word| word.text.starts_with('-') || word.text.contains('=') || is_time(&word.text);
            words = &rest[rest.iter().take_while(own).count()..];
        }
        words
    }

    /// The commands its output goes through, one after the other; of a longer pipe, the first ones.
    pub(crate) fn fed<'a>(&self, commands: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        let next = |command: &Self| commands.get(command.feeds?);
        std::iter::successors(next(self), move |command| next(command)).take(PIPE)
    }

    /// Every word of it.
    pub(crate) fn all_words(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().chain(&self.assigned).chain(&self.writes).chain(&self.reads)
    }

    /// Whether the value of a variable gets into it, in a word or through a command within.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.words.iter().chain(&self.reads).any(|word| word.takes(name))
    }
}

impl Word {
    /// Whether the value of a variable gets into it.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.names.iter().any(|one| one == name) || self.inner.iter().any(|inner| inner.takes(name))
    }
}

/// How many commands of a pipe are followed.
const PIPE: usize = 8;

/// What starts another command.
const STARTERS: &[&str] = &["sudo", "env", "command", "exec", "nohup", "time", "timeout", "nice", "builtin", "xargs", "doas"];

/// A span as `timeout` takes it.
fn is_time(text: &str) -> bool {
    let digits = text.trim_end_matches(['s', 'm', 'h', 'd']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// All commands, those within words included.
pub(crate) fn every(commands: &[Command]) -> Vec<&Command> {
    let mut all: Vec<&Command> = commands.iter().collect();
    let mut next = 0;
    while let Some(command) = all.get(next).copied() {
        next += 1;
        all.extend(command.all_words().flat_map(|word| &word.inner));
    }
    all
}

/// Whether a shell is one whose scripts are read here: bash if nothing is said.
pub(crate) fn is_posix(shell: Option<&str>) -> bool {
    let name = shell.map_or("bash", |shell| shell.split_whitespace().next().unwrap_or_default());
    matches!(name.rsplit('/').next(), Some("bash" | "sh" | "dash" | "zsh" | "ksh"))
}

/// Whether a shell is PowerShell.
pub(crate) fn is_powershell(shell: Option<&str>) -> bool {
    let path = shell.and_then(|shell| shell.split_whitespace().next());
    path.and_then(|path| path.rsplit(['/', '\\']).next()).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        matches!(name.trim_end_matches(".exe"), "pwsh" | "powershell")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<String> {
        every(&commands(script)).into_iter().map(|command| command.name().to_owned()).collect()
    }

    #[test]
    fn what_is_called_is_found_behind_what_starts_it() {
        assert_eq!(names("sudo -E env A=1 /bin/bash x"), ["bash"]);
        assert_eq!(names("timeout 5m make test"), ["make"]);
        assert_eq!(names("A=1 B=$(date) make"), ["make", "date"]);
        assert_eq!(names("A=1"), [""]);
        assert_eq!(names("echo \"$(git log | head)\""), ["echo", "git", "head"]);
        assert_eq!(names("echo \"A=`git log | head`\" >x; ls `pwd`"), ["echo", "ls", "git", "head", "pwd"]);
    }

    #[test]
    fn a_variable_is_followed_into_commands_within() {
        let takes = |script: &str| commands(script).iter().any(|command| command.takes("T"));
        for script in [
            "echo $T",
            "echo \"a${T:-b}\"",
            "echo $(echo \"$T\" | tr a b)",
            "cat <<END\n$T\nEND",
            "cat <<< \"$T\"",
            "echo $env:T",
            "echo ${Env:T}",
        ] {
            assert!(takes(script), "{script}");
        }
        for script in
            ["echo '$T'", "echo \\$T", "echo $TT", "cat <<'END'\n$T\nEND", "# $T", "echo T", "echo ${#T} ${T:+set} ${T+set}"]
        {
            assert!(!takes(script), "{script}");
        }
    }

    #[test]
    fn what_runs_only_after_a_failure_is_told() {
        let told = |script: &str| commands(script).iter().map(|command| command.otherwise).collect::<Vec<_>>();
        assert_eq!(told("a || b; c && d | e"), [false, true, false, false, false]);
        assert_eq!(told("a ||\n b || { c; d; }"), [false, true, true, false]);
    }

    #[test]
    fn shells_of_other_families_are_left_alone() {
        assert!(is_posix(None) && is_posix(Some("bash -e {0}")) && is_posix(Some("/bin/sh")));
        assert!(is_powershell(Some("pwsh")) && is_powershell(Some("C:\\x\\PowerShell.exe -c {0}")) && !is_powershell(None));
        assert!(!is_posix(Some("pwsh")) && !is_posix(Some("python")) && !is_posix(Some("cmd")));
    }
}
