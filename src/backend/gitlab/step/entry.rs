//! The text of one entry of a script: the call of `step`, and the commands between two marks that no line of them is.

/// How wide a line may be that is written in one.
const WIDTH: usize = 100;

/// One entry.
#[derive(Debug)]
pub(super) struct Entry {
    /// The function that runs it.
    call: &'static str,
    options: Vec<String>,
    id: String,
    title: String,
    condition: Option<String>,
    commands: Option<String>,
    /// Words for the commands.
    pub(super) arguments: Vec<String>,
}

impl Entry {
    /// An entry; `title` is a word.
    pub(super) fn new(id: String, title: String, commands: String) -> Self {
        Self { call: "step", options: Vec::new(), id, title, condition: None, commands: Some(commands), arguments: Vec::new() }
    }

    /// An entry whose commands a function gives.
    pub(super) fn calling(id: String, title: String, function: &str) -> Self {
        let options = vec![format!("--do {function}")];
        Self { call: "step", options, id, title, condition: None, commands: None, arguments: Vec::new() }
    }

    /// An option and the word that belongs to it.
    pub(super) fn option(&mut self, name: &str, word: &str) {
        self.options.push(format!("{name} {word}"));
    }

    /// The entry is carried out even if a step before it has failed.
    pub(super) const fn always(&mut self) {
        self.call = "always";
    }

    /// The entry is only carried out if a test of the shell succeeds.
    pub(super) fn only_if(&mut self, test: String) {
        self.condition = (test != "true").then_some(test);
    }

    /// The shell reads the commands as they are: the mark is between quotes.
    pub(super) fn text(self) -> String {
        let (mark, commands) = self.commands.map_or_else(<(String, String)>::default, |commands| between_marks(&commands));
        let mut words = vec![format!("{} {}", self.call, self.options.join(" ")).trim_end().to_owned()];
        words.push(format!("{} {}", self.id, self.title));
        words.extend(self.arguments.clone());
        let mut call = format!("{}{mark}", words.join(" "));
        if call.len() > WIDTH || call.contains('\n') {
            let mut lines = vec![self.call.to_owned()];
            lines.extend(self.options);
            let arguments = self.arguments.join(" ");
            lines.push(format!("{} {} {arguments}", self.id, self.title).trim_end().to_owned());
            call = format!("{}{mark}", lines.join(" \\\n  "));
        }
        let entry = format!("{call}\n{commands}");
        match self.condition {
            Some(test) => format!("if {test}; then {entry}fi\n"),
            None => entry,
        }
    }
}

/// The mark that begins commands, and the commands with the mark that ends them.
fn between_marks(commands: &str) -> (String, String) {
    let commands = commands.trim_end();
    let mut end = "END".to_owned();
    while commands.lines().any(|line| line == end) {
        end.push('_');
    }
    (format!(" <<'{end}'"), format!("{commands}\n{end}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_no_line_of_the_commands() {
        let entry = Entry::new("a".to_owned(), "'A'".to_owned(), "cat <<END\nx\nEND\nEND_\n".to_owned());
        assert_eq!(entry.text(), "step a 'A' <<'END__'\ncat <<END\nx\nEND\nEND_\nEND__\n");
    }

    #[test]
    fn many_options_stand_on_lines_of_their_own() {
        let mut entry = Entry::new("a".to_owned(), "'A'".to_owned(), "make".to_owned());
        entry.option("--env", &format!("'A={}'", "x".repeat(WIDTH)));
        entry.always();
        entry.only_if("failed".to_owned());
        let text = entry.text();
        assert!(
            text.starts_with("if failed; then always \\\n  --env 'A=x")
                && text.contains("' \\\n  a 'A' <<'END'\nmake\nEND\nfi\n"),
            "{text}"
        );
    }
}
