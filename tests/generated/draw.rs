//! Choices that a property test makes and shrinks: numbers, each taken for one decision; when none are left, the first choice.

/// The choices of one case.
pub(crate) struct Draw<'a> {
    choices: std::slice::Iter<'a, u16>,
}

impl<'a> Draw<'a> {
    pub(crate) fn new(choices: &'a [u16]) -> Self {
        Self { choices: choices.iter() }
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(self.choices.next().copied().unwrap_or_default()) % count
    }

    /// One of several.
    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// True once in `times`.
    pub(crate) fn chance(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// Some of several, in their order.
    pub(crate) fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        of.iter().filter(|_| self.chance(3)).cloned().collect()
    }
}
