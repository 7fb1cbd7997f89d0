#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exdrift::probe::format_list(bytes));
