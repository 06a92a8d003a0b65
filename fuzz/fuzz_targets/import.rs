#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pipeward_fuzz::import::hold(bytes));
