//! The commands of a script as they come: which are done, which group they are in, and what their output goes to.

use super::Command;

/// How many commands of a group a redirection is held against: the last ones.
const GROUP: usize = 200;

/// A here-document whose text is still to come: its end, whether values are put in, and the command it goes to.
pub(super) struct Awaited {
    pub(super) end: String,
    pub(super) expands: bool,
    pub(super) tabs: bool,
    pub(super) command: usize,
}

/// The commands of a script as they come.
#[derive(Default)]
pub(super) struct Script {
    pub(super) done: Vec<Command>,
    pub(super) now: Command,
    /// Where each open group began, and its opener.
    pub(super) groups: Vec<(usize, &'static str)>,
    /// The group that has just been closed: what follows is about all of it.
    pub(super) closed: Option<usize>,
    /// The commands whose output goes to the next one.
    pub(super) feeding: Vec<usize>,
    pub(super) awaited: Vec<Awaited>,
}

impl Script {
    pub(super) fn is_empty(&self) -> bool {
        self.now.words.is_empty() && self.now.assigned.is_empty() && self.now.writes.is_empty() && self.now.reads.is_empty()
    }

    /// Ends the command; its output goes to the next one if it is `piped`.
    pub(super) fn finish(&mut self, piped: bool) {
        let number = self.done.len();
        let closed = self.closed.take();
        if self.is_empty() {
            if piped && let Some(start) = closed {
                self.feeding.extend(start..number);
            }
            return;
        }
        for from in self.feeding.drain(..) {
            if let Some(command) = self.done.get_mut(from) {
                command.feeds.get_or_insert(number);
            }
        }
        self.done.push(std::mem::take(&mut self.now));
        if piped {
            self.feeding.push(number);
        }
    }

    pub(super) fn close(&mut self) {
        self.finish(false);
        self.closed = self.groups.pop().map(|(start, _)| start);
    }

    /// Where a redirection goes: the group that was just closed, else this command.
    pub(super) fn redirected(&mut self) -> &mut [Command] {
        match self.closed {
            Some(start) if self.is_empty() => {
                let start = start.max(self.done.len().saturating_sub(GROUP));
                &mut self.done[start..]
            }
            _ => std::slice::from_mut(&mut self.now),
        }
    }
}
