//! A worker process as its parent sees it: started, asked, waited for as long as there is patience, and buried.

use std::io::{self, BufReader, BufWriter, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use super::limits::{LARGEST_ANSWER, mebibytes};
use super::worker::{Answer, Hello, Ready, Task, WORKER_ARGUMENT, receive, send};
use super::{Limits, Tree};

/// The allocator takes memory from the system in steps of this: its usual ones would be more than a process may have.
const ARENA: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32MiB");

/// How long a process may take to begin: nothing of a stranger's is evaluated by then.
const SLOWEST_START: Duration = Duration::from_secs(30);

/// As much as is read of what a process says before it dies.
const LAST_WORDS: u64 = 4096;

/// A process that evaluates.
pub(super) struct Worker {
    child: Child,
    input: BufWriter<ChildStdin>,
    ready: bool,
    said: Receiver<Said>,
    /// How many tasks it has done.
    pub(super) served: usize,
}

/// What a process says.
enum Said {
    Ready,
    /// An answer and how many bytes it had.
    Answer(Box<Answer>, u64),
    /// Something that is no answer; nothing it says after that is listened to.
    Noise,
}

/// Passes on what a process says, until it says no more or nobody listens.
fn listen(output: impl io::Read, say: &Sender<Said>) {
    let mut output = Counted { output, bytes: 0 };
    let mut heard = match receive(&mut output, LARGEST_ANSWER) {
        Ok(Some(Ready)) => say.send(Said::Ready).is_ok(),
        _ => false,
    };
    let mut next = || match receive(&mut output, LARGEST_ANSWER) {
        Ok(answer) => answer.map(|answer| Said::Answer(answer, std::mem::take(&mut output.bytes))),
        // It died in the middle of a sentence: what of is told from what else it said.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
        Err(_) => Some(Said::Noise),
    };
    while heard && let Some(said) = next() {
        heard = !matches!(said, Said::Noise);
        heard &= say.send(said).is_ok();
    }
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// It took longer than this.
    Time(Duration),
    /// It needed more memory.
    Memory,
    /// It needed more stack.
    Stack,
    /// The process ended, or never began, for another reason.
    Other(String),
}

impl Worker {
    pub(super) fn start(program: &Path, root: &Path, limits: Limits, tree: Option<&Tree>) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg(WORKER_ARGUMENT)
            .env_clear()
            .env(ARENA.0, ARENA.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("no pipe");
        let mut input = BufWriter::new(child.stdin.take().ok_or_else(missing)?);
        let output = child.stdout.take().ok_or_else(missing)?;
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || listen(BufReader::new(output), &say));
        send(&mut input, &Hello { root: root.to_owned(), limits, tree: tree.cloned() })?;
        Ok(Self { child, input, ready: false, said, served: 0 })
    }

    pub(super) fn ask(&mut self, task: &Task) -> io::Result<()> {
        send(&mut self.input, task)
    }

    /// The next answer and how many bytes it had.
    pub(super) fn answer(&mut self, limits: &Limits, patience: Duration) -> Result<(Answer, u64), Loss> {
        loop {
            // That a process takes long to begin is not the fault of its first file.
            let patience = if self.ready { patience } else { limits.time.max(SLOWEST_START) };
            match self.said.recv_timeout(patience) {
                Ok(Said::Ready) => self.ready = true,
                Ok(Said::Answer(answer, bytes)) => return Ok((*answer, bytes)),
                Ok(Said::Noise) => {
                    let _ = self.end();
                    return Err(Loss::Other("the evaluator's answer cannot be read".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.end();
                    return Err(Loss::Time(patience));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.epitaph()),
            }
        }
    }

    fn end(&mut self) -> io::Result<ExitStatus> {
        let _ = self.child.kill();
        self.child.wait()
    }

    /// What the process died of: the runtime says so itself.
    pub(super) fn epitaph(&mut self) -> Loss {
        let status = self.end();
        let mut words = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            let _ = stderr.take(LAST_WORDS).read_to_end(&mut words);
        }
        let words = String::from_utf8_lossy(&words);
        if words.contains("has overflowed its stack") {
            return Loss::Stack;
        }
        if ["memory allocation of ", "out of memory"].iter().any(|said| words.contains(said)) {
            return Loss::Memory;
        }
        Loss::Other(match status {
            Ok(status) => format!("the evaluator stopped while it was at this file ({status})"),
            Err(error) => format!("the evaluator stopped while it was at this file ({error})"),
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl Loss {
    /// What is said of the file, and what to do about it.
    pub(super) fn said(self, limits: &Limits) -> (String, String) {
        match self {
            Self::Time(patience) => (
                format!("evaluation does not end within {} s", limits.time.as_secs()),
                match patience < limits.time {
                    false => "a loop? --time-limit gives it more time".to_owned(),
                    true => "others took long, so it got less; --time-limit gives all of them more time".to_owned(),
                },
            ),
            Self::Memory => (
                format!("evaluation needs more than {} of memory", mebibytes(limits.memory)),
                "a loop? --memory-limit gives it more memory".to_owned(),
            ),
            Self::Stack => (
                format!("nested too deep: evaluation needs more than {} of stack", mebibytes(limits.stack)),
                "a function that calls itself without end? --stack-limit gives it more stack".to_owned(),
            ),
            Self::Other(reason) => (reason, "this is a fault of pipeward's own, or somebody stopped it".to_owned()),
        }
    }
}

/// A reader that counts.
struct Counted<R> {
    output: R,
    bytes: u64,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.output.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message of an answer whose value is lists in lists, that many of them.
    fn nested(lists: usize) -> Vec<u8> {
        const NULL: u8 = 1;
        const ARRAY: u8 = 5;
        let origin = [0, 0, 0];
        let mut body: Vec<u8> = [ARRAY, 1].repeat(lists);
        body.push(NULL);
        body.extend(origin.repeat(lists + 1));
        // No fault, no verdict, no file, nothing looked at, and it is the last.
        body.extend([0, 0, 0, 0, 1]);
        let mut message = u32::try_from(body.len()).expect("it is short").to_le_bytes().to_vec();
        message.append(&mut body);
        message
    }

    fn heard(messages: &[Vec<u8>]) -> Vec<Said> {
        let ready = vec![0, 0, 0, 0];
        let stream = [&[ready], messages].concat().concat();
        let (say, said) = mpsc::channel();
        listen(stream.as_slice(), &say);
        drop(say);
        said.iter().collect()
    }

    #[test]
    fn an_answer_that_nests_too_deep_is_no_answer_and_takes_no_stack() {
        let sound = heard(&[nested(127), nested(3)]);
        assert!(matches!(sound.as_slice(), [Said::Ready, Said::Answer(..), Said::Answer(..)]), "as deep as a value may be");
        for deep in [256, 100_000, 1_000_000] {
            let said = heard(&[nested(3), nested(deep), nested(3)]);
            assert!(matches!(said.as_slice(), [Said::Ready, Said::Answer(..), Said::Noise]), "{deep}");
        }
        assert!(matches!(heard(&[nested(255)]).as_slice(), [Said::Ready, Said::Answer(..)]), "what failed before is forgotten");
    }

    #[test]
    fn a_sentence_that_breaks_off_is_the_end() {
        let mut broken = nested(3);
        broken.truncate(9);
        assert!(matches!(heard(&[nested(1), broken]).as_slice(), [Said::Ready, Said::Answer(..)]));
    }
}
