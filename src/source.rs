//! READ `.ncl`: Nickel evaluated in worker processes, handed back as plain data with the place of every value.

mod fault;
mod node;

pub use fault::{Fault, FaultKind, nearest};
pub use node::{Field, Node, Value};
