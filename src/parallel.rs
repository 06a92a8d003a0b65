//! Does the same with many things, on as many threads as there are cores; what comes out is in the order of what went in.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// Fewer things than these are not worth a thread.
const FEW: usize = 8;
/// What the main thread has: values nest as deep here as there.
const STACK: usize = 8 << 20;

thread_local! {
    /// Whether this thread is one of those that share out things.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Each item made into something else. Without a second thread, which a system may refuse, this one does it all.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, each: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
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

#[cfg(test)]
mod tests {
    use super::map;

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
