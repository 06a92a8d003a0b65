//! Policies found, layered, compared and applied by the real binary.

mod baseline;
mod exceptions;
mod facts;
mod layers;
mod proof;
mod revision;
#[path = "../support/sample.rs"]
mod sample;
mod sandbox;
mod unmanaged;
