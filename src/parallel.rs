//! Does the same with many things, on as many threads as there are cores; what comes out is in the order of what went in.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread::{self, Builder};

/// Fewer things than these are not worth a thread.
const FEW: usize = 8;
/// What the main thread has: values nest as deep here as there.
const STACK: usize = 8 << 20;

thread_local! {
    /// Whether this thread is one of those that share out things.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// How many threads run at once. The system is asked once: to answer, it reads the files of control groups.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, std::num::NonZero::get))
}

/// Each item made into something else. Without a second thread, which a system may refuse, this one does it all.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, each: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = cores();
    // What is done beside other things already needs no further threads.
    if cores == 1 || items.len() < FEW || INSIDE.get() {
        return items.into_iter().map(each).collect();
    }
    let mut done: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let left = Mutex::new(items.into_iter().enumerate());
    let work = || {
        let mut made = Vec::new();
        INSIDE.set(true);
        loop {
            let taken = left.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((index, item)) = taken else { break };
            made.push((index, each(item)));
        }
        INSIDE.set(false);
        made
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..cores).filter_map(|_| Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()).collect();
        let mut keep = |made: Vec<(usize, R)>| made.into_iter().for_each(|(index, result)| done[index] = Some(result));
        keep(work());
        for other in others {
            keep(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
    });
    done.into_iter().flatten().collect()
}

/// Tells what came of each item in their order, as soon as it and all before it are done. Nobody runs far ahead of what was told, so
/// what waits to be told is never more than a few for each core.
pub(crate) fn stream<T: Send, R: Send>(items: Vec<T>, each: impl Fn(T) -> R + Sync, mut tell: impl FnMut(R) + Send) {
    /// How far ahead of the last that was told somebody may be.
    const AHEAD: usize = 64;
    let cores = cores();
    if cores == 1 || items.len() < FEW || INSIDE.get() {
        return items.into_iter().for_each(|item| tell(each(item)));
    }
    let line = Mutex::new(Line { left: items.into_iter().enumerate(), done: BTreeMap::new(), told: 0, broken: false, tell });
    let (line, room) = (&line, &Condvar::new());
    let lock = || line.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        // A panic must not leave the others waiting for what it would have told.
        let mut guard = Guard { line, room, is_done: false };
        INSIDE.set(true);
        loop {
            let mut held = lock();
            let Some((index, item)) = held.left.next() else { break };
            while index >= held.told + AHEAD && !held.broken {
                held = room.wait(held).unwrap_or_else(PoisonError::into_inner);
            }
            if held.broken {
                break;
            }
            drop(held);
            let made = each(item);
            let mut held = lock();
            held.done.insert(index, made);
            if held.tell() {
                room.notify_all();
            }
        }
        INSIDE.set(false);
        guard.is_done = true;
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..cores).filter_map(|_| Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()).collect();
        work();
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

/// What is left to do, and what is done and waits to be told.
struct Line<I, R, F> {
    left: I,
    done: BTreeMap<usize, R>,
    told: usize,
    broken: bool,
    tell: F,
}

impl<I, R, F: FnMut(R)> Line<I, R, F> {
    /// Tells what can be told; whether anything was.
    fn tell(&mut self) -> bool {
        let before = self.told;
        while let Some(made) = self.done.remove(&self.told) {
            (self.tell)(made);
            self.told += 1;
        }
        self.told > before
    }
}

struct Guard<'a, I, R, F> {
    line: &'a Mutex<Line<I, R, F>>,
    room: &'a Condvar,
    is_done: bool,
}

impl<I, R, F> Drop for Guard<'_, I, R, F> {
    fn drop(&mut self) {
        if !self.is_done {
            self.line.lock().unwrap_or_else(PoisonError::into_inner).broken = true;
            self.room.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{map, stream};

    #[test]
    fn what_is_told_is_told_in_order_and_soon() {
        for count in [0, 1, 7, 8, 9, 1000] {
            let (begun, mut told) = (AtomicUsize::new(0), Vec::new());
            let each = |number: usize| {
                begun.fetch_add(1, Ordering::Relaxed);
                (0..number % 7 * 100).for_each(|spun| assert!(std::hint::black_box(spun) < 600));
                number
            };
            stream((0..count).collect(), each, |number| {
                assert!(begun.load(Ordering::Relaxed) <= number + 200, "somebody is far ahead of {number}");
                told.push(number);
            });
            assert_eq!(told, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "in the middle")]
    fn a_panic_ends_what_is_told() {
        stream((0..1000).collect(), |number: u64| assert!(number != 300, "in the middle"), |()| {});
    }

    #[test]
    fn the_order_is_that_of_the_items() {
        for count in [0, 1, 7, 8, 9, 1000] {
            let made = map((0..count).collect(), |number: u64| {
                (0..number % 7 * 100).for_each(|spun| assert!(std::hint::black_box(spun) < 600));
                number * 3
            });
            assert_eq!(made, (0..count).map(|number| number * 3).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "at the last")]
    fn a_panic_is_not_swallowed() {
        map((0..100).collect(), |number: u64| assert!(number != 99, "at the last"));
    }
}
