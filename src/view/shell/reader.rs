//! From the text of a script to its commands, in one pass.

use super::Command;
use super::Word;
use super::script::{Awaited, Script};

/// How deep commands within commands are looked into; what is deeper is text.
const DEPTH: u8 = 20;

/// The commands of a script.
pub(crate) fn commands(script: &str) -> Vec<Command> {
    Reader { text: script, at: 0, depth: 0, ticked: false }.script(None)
}

struct Reader<'s> {
    text: &'s str,
    /// The byte that is read next.
    at: usize,
    depth: u8,
    /// Whether it reads between backticks, where the next one ends whatever is open.
    ticked: bool,
}

/// What begins a group of commands, by what ends it.
const OPENERS: &[(&str, &str)] =
    &[("{", "}"), ("if", "fi"), ("while", "done"), ("until", "done"), ("for", "done"), ("select", "done"), ("case", "esac")];
const CLOSERS: &[&str] = &["}", "fi", "done", "esac"];
/// What may stand before a command.
const BEFORE: &[&str] = &["then", "do", "else", "elif", "!", "{", "if", "while", "until"];

impl<'s> Reader<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Reads commands up to the end of the text, or up to `end` that belongs to nothing in it.
    fn script(&mut self, end: Option<u8>) -> Vec<Command> {
        let mut script = Script::default();
        while let Some(byte) = self.peek() {
            if Some(byte) == end
                && !(byte == b')' && script.groups.last().is_some_and(|(_, opener)| matches!(*opener, "(" | "case")))
            {
                self.at += 1;
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r\n") => {
                    self.at += self.rest().find('\n').map_or(1, |length| length + 1);
                }
                b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                b'\n' => {
                    self.at += 1;
                    script.finish(false);
                    self.documents(&mut script);
                }
                b'|' if !self.rest().starts_with("||") => {
                    self.at += 1;
                    let _both = self.eat("&");
                    script.finish(true);
                }
                b'&' if self.rest().starts_with("&>") => self.redirection(&mut script),
                b';' | b'&' | b'|' => {
                    let otherwise = self.eat("||");
                    self.at += usize::from(!otherwise);
                    script.finish(false);
                    script.now.otherwise |= otherwise;
                }
                b'(' => {
                    self.at += 1;
                    if script.is_empty() {
                        script.groups.push((script.done.len(), "("));
                    } else if self.eat(")") {
                        // The name of a function.
                        script.finish(false);
                    }
                }
                b')' => {
                    self.at += 1;
                    match script.groups.last() {
                        Some((_, "(")) => script.close(),
                        _ => script.finish(false),
                    }
                }
                b'<' | b'>' if !(self.rest().starts_with("<(") || self.rest().starts_with(">(")) => self.redirection(&mut script),
                _ => self.argument(&mut script),
            }
        }
        script.finish(false);
        script.done
    }

    /// Reads a word and puts it where it belongs.
    fn argument(&mut self, script: &mut Script) {
        let start = self.at;
        let word = self.word();
        let raw = &self.text[start..self.at];
        if !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit()) && matches!(self.peek(), Some(b'<' | b'>')) {
            self.redirection(script);
            return;
        }
        if script.is_empty() {
            script.closed = None;
            if CLOSERS.contains(&raw) {
                script.close();
                return;
            }
            if let Some((opener, _)) = OPENERS.iter().find(|(opener, _)| *opener == raw) {
                script.groups.push((script.done.len(), opener));
            }
            if BEFORE.contains(&raw) {
                return;
            }
        }
        if script.now.words.is_empty() && is_assignment(raw) {
            script.now.assigned.push(word);
        } else {
            script.now.words.push(word);
        }
    }

    /// Reads a redirection: `> file`, `2>&1`, `<<END`, `<<< word`.
    fn redirection(&mut self, script: &mut Script) {
        let _both = self.eat("&");
        if self.eat("<<<") {
            self.blanks();
            let word = self.word();
            script.redirected().iter_mut().for_each(|command| command.reads.push(word.clone()));
        } else if self.eat("<<") {
            let tabs = self.eat("-");
            self.blanks();
            let start = self.at;
            let end = self.word().text;
            let expands = !self.text[start..self.at].contains(['\'', '"', '\\']);
            let command = match script.closed {
                Some(start) if script.is_empty() => start,
                _ => script.done.len(),
            };
            // A command of nothing but a here-document is one as well.
            if script.is_empty() && script.closed.is_none() {
                script.now.reads.push(Word::default());
            }
            script.awaited.push(Awaited { end, expands, tabs, command });
        } else {
            let reads = self.peek() == Some(b'<');
            while matches!(self.peek(), Some(b'<' | b'>' | b'|')) {
                self.at += 1;
            }
            if self.eat("&") && matches!(self.peek(), Some(b'0'..=b'9' | b'-')) {
                self.word();
                return;
            }
            self.blanks();
            let word = self.word();
            for command in script.redirected() {
                let list = if reads { &mut command.reads } else { &mut command.writes };
                list.push(word.clone());
            }
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Reads the here-documents that begin on this line.
    fn documents(&mut self, script: &mut Script) {
        for awaited in std::mem::take(&mut script.awaited) {
            let mut body = String::new();
            while self.at < self.text.len() {
                let line = self.rest().split('\n').next().unwrap_or_default();
                self.at = (self.at + line.len() + 1).min(self.text.len());
                let line = line.strip_suffix('\r').unwrap_or(line);
                let line = if awaited.tabs { line.trim_start_matches('\t') } else { line };
                if line == awaited.end {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            let word = if awaited.expands {
                let mut inside = Reader { text: &body, at: 0, depth: self.depth, ticked: self.ticked };
                inside.until(&|_| false, true)
            } else {
                Word { text: body, ..Word::default() }
            };
            if let Some(command) = script.done.get_mut(awaited.command) {
                command.reads.push(word);
            }
        }
    }

    /// Reads a word up to what ends one.
    fn word(&mut self) -> Word {
        let start = self.at;
        let word = self
            .until(&|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')'), false);
        // Whatever stands here, the reader goes on.
        if self.at == start && !matches!(self.peek(), None | Some(b'\n' | b';' | b'&' | b'|' | b')' | b' ' | b'\t' | b'\r')) {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
        word
    }

    /// Reads text up to a byte that ends it; quotes mean nothing in a `document`.
    fn until(&mut self, ends: &dyn Fn(u8) -> bool, document: bool) -> Word {
        let mut word = Word::default();
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' if !document => self.single(&mut word),
                b'"' if !document => {
                    self.at += 1;
                    let inside = self.quoted();
                    word.text.push_str(&inside.text);
                    word.names.extend(inside.names);
                    word.inner.extend(inside.inner);
                }
                b'\\' => self.escaped(&mut word),
                b'$' => self.dollar(&mut word, document),
                b'`' if self.ticked => break,
                b'`' => self.backtick(&mut word),
                b'<' | b'>' if !document && self.at == start && self.text[self.at + 1..].starts_with('(') => {
                    self.at += 2;
                    self.within(&mut word, start);
                }
                b'(' if !document && self.depth < DEPTH && word.text.ends_with('=') => self.array(&mut word),
                _ if ends(byte) => break,
                _ => self.plain(&mut word),
            }
        }
        word
    }

    fn plain(&mut self, word: &mut Word) {
        if let Some(character) = self.rest().chars().next() {
            word.text.push(character);
            self.at += character.len_utf8();
        }
    }

    fn single(&mut self, word: &mut Word) {
        self.at += 1;
        let inside = self.rest().split('\'').next().unwrap_or_default();
        word.text.push_str(inside);
        self.at = (self.at + inside.len() + 1).min(self.text.len());
    }

    /// Reads what stands between double quotes, the first of which has been read.
    fn quoted(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => self.escaped(&mut word),
                b'$' => self.dollar(&mut word, true),
                b'`' if self.ticked => break,
                b'`' => self.backtick(&mut word),
                _ => self.plain(&mut word),
            }
        }
        word
    }

    fn escaped(&mut self, word: &mut Word) {
        self.at += 1;
        if !(self.eat("\n") || self.eat("\r\n")) {
            self.plain(word);
        }
    }

    /// Reads what begins with a dollar sign.
    fn dollar(&mut self, word: &mut Word, quoted: bool) {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'\'') if !quoted => {
                self.at += 1;
                while let Some(byte) = self.peek().filter(|byte| *byte != b'\'') {
                    self.at += usize::from(byte == b'\\');
                    self.plain(word);
                }
                self.at = (self.at + 1).min(self.text.len());
            }
            Some(b'(') => {
                self.at += 1;
                self.within(word, start);
            }
            Some(b'{') => {
                self.at += 1;
                // Neither how long a value is nor what stands for one that is set tells the value.
                let length = self.eat("#");
                self.eat("!");
                let name = self.name();
                let other = self.rest().starts_with(":+") || self.rest().starts_with('+');
                word.names.extend(name.filter(|_| !length && !other));
                let inside = self.braced();
                word.names.extend(inside.names);
                word.inner.extend(inside.inner);
                word.text.push_str(&self.text[start..self.at]);
            }
            _ => {
                word.names.extend(self.name());
                word.text.push_str(&self.text[start..self.at]);
            }
        }
    }

    /// Reads the name of a variable: `NAME`, or `env:NAME` of PowerShell.
    fn name(&mut self) -> Option<String> {
        let own = self.letters();
        let held = self.rest().as_bytes().get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if held && own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case("env")) && self.eat(":") {
            return self.letters();
        }
        own
    }

    fn letters(&mut self) -> Option<String> {
        let length = self.rest().bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let name = self.rest()[..length].to_owned();
        self.at += length;
        (!name.is_empty()).then_some(name)
    }

    /// Reads the rest of `${ }`, its end included.
    fn braced(&mut self) -> Word {
        if self.depth >= DEPTH {
            let length = self.rest().find('}').map_or(self.rest().len(), |length| length + 1);
            self.at += length;
            return Word::default();
        }
        self.depth += 1;
        let word = self.until(&|byte| byte == b'}', false);
        self.depth -= 1;
        self.eat("}");
        word
    }

    fn backtick(&mut self, word: &mut Word) {
        let start = self.at;
        self.at += 1;
        self.ticked = true;
        self.inner(word, b'`');
        self.ticked = false;
        word.text.push_str(&self.text[start..self.at]);
    }

    /// Reads the commands up to the bracket that closes them.
    fn within(&mut self, word: &mut Word, start: usize) {
        self.inner(word, b')');
        word.text.push_str(&self.text[start..self.at]);
    }

    fn inner(&mut self, word: &mut Word, end: u8) {
        if self.depth >= DEPTH {
            let length = self.rest().bytes().position(|byte| byte == end).map_or(self.rest().len(), |length| length + 1);
            self.at += length;
            return;
        }
        self.depth += 1;
        word.inner.extend(self.script(Some(end)));
        self.depth -= 1;
    }

    /// Reads `(a b)` after the name of an array.
    fn array(&mut self, word: &mut Word) {
        self.at += 1;
        self.depth += 1;
        let start = self.at;
        while let Some(byte) = self.peek().filter(|byte| *byte != b')') {
            if matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(') {
                self.at += 1;
            } else {
                let item = self.word();
                word.names.extend(item.names);
                word.inner.extend(item.inner);
            }
        }
        self.depth -= 1;
        word.text.push_str(&self.text[start..self.at]);
        self.eat(")");
    }
}

/// `NAME=…`, `NAME+=…`, `NAME[0]=…`.
fn is_assignment(raw: &str) -> bool {
    let Some((name, _)) = raw.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name).split('[').next().unwrap_or_default();
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(script: &str) -> Vec<String> {
        let text = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(" ");
        let one = |command: &Command| {
            let mut all = text(&command.words);
            for (sign, words) in [("=", &command.assigned), (">", &command.writes), ("<", &command.reads)] {
                if !words.is_empty() {
                    all.extend([" ", sign, " ", &text(words)]);
                }
            }
            all.push_str(&command.feeds.map_or_else(String::new, |number| format!(" | {number}")));
            all
        };
        commands(script).iter().map(one).collect()
    }

    #[test]
    fn commands_are_told_apart_as_the_shell_does() {
        for (script, expected) in [
            ("a b; c && d || e & f\ng", vec!["a b", "c", "d", "e", "f", "g"]),
            ("a 'b c' \"d $E\" f\\ g", vec!["a b c d $E f g"]),
            ("a | b |& c", vec!["a | 1", "b | 2", "c"]),
            ("a # b\nc#d", vec!["a", "c#d"]),
            ("a \\\n b", vec!["a b"]),
            ("A=1 B+=\"x y\" c", vec!["c = A=1 B+=x y"]),
            ("if a; then b; elif c; then d; else e; fi", vec!["a", "b", "c", "d", "e"]),
            ("while ! a; do b; done | c", vec!["a | 2", "b | 2", "c"]),
            ("for x in 1 2; do a $x; done > f", vec!["for x in 1 2 > f", "a $x > f"]),
            ("case $x in a) b;; *) c;; esac", vec!["case $x in a", "b", "*", "c"]),
            ("f() { a; }", vec!["f", "a"]),
            ("[[ $a == b ]] && x=(1 2) && d", vec!["[[ $a == b ]]", " = x=1 2", "d"]),
            ("echo $'a\\nb' $((1 + 2))", vec!["echo anb $((1 + 2))"]),
        ] {
            assert_eq!(written(script), expected, "{script}");
        }
    }

    #[test]
    fn redirections_belong_to_their_command_or_group() {
        for (script, expected) in [
            ("a >> f 2>&1", vec!["a > f"]),
            ("a &> f", vec!["a > f"]),
            ("a 2> e < i", vec!["a > e < i"]),
            ("{ a; b; } >> \"$F\"", vec!["a > $F", "b > $F"]),
            ("(a; b) > f; c", vec!["a > f", "b > f", "c"]),
            ("{ a; b; } | tee -a f", vec!["a | 2", "b | 2", "tee -a f"]),
            ("a <<END > f\nx $Y\nEND\nb", vec!["a > f < x $Y\n", "b"]),
            ("a <<-'END' | b\n\tx\n\tEND\nc", vec!["a < x\n | 1", "b", "c"]),
            ("a <<< \"x y\"", vec!["a < x y"]),
            ("a <(b) >(c)", vec!["a <(b) >(c)"]),
        ] {
            assert_eq!(written(script), expected, "{script}");
        }
    }

    #[test]
    fn no_text_stops_or_stalls_the_reader() {
        for part in
            ["(", ")", "$(", "`", "\"$(", "${", "{", "<<", "<(", "case a in ", "'", "\\", "if ", "é", "$(( ", "x=(", "<<E\n"]
        {
            commands(&part.repeat(5_000));
            commands(&format!("{}a", part.repeat(50)));
        }
    }
}
