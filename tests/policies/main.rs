//! Policies found, layered, compared and applied by the real binary.

mod baseline;
mod exceptions;
mod layers;
mod proof;
mod revision;
mod sandbox;
