#![no_main]

use std::env::temp_dir;
use std::process::id;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = temp_dir().join(format!("exdrift-fuzz-{}", id()));
    exdrift::probe::whole_import(bytes, &folder)
});
