//! The `pipeward` command.

fn main() {}
