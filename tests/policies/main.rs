//! Policies found, layered, compared and applied by the real binary.

mod baseline;
mod layers;
mod proof;
mod revision;
mod sandbox;
