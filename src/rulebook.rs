//! TELL: the rules as people and policies read them: a page for each, and the contract that knows their names and settings.

mod contract;
mod page;

pub use contract::contract;
pub use page::{Part, address, index, page, parts};
