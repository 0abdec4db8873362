//! Shouting: words in capitals of four letters and more, three in a row. An example in Rust, without a single crate: any
//! language that exports a C function can be a plugin.
#![crate_type = "cdylib"]

use std::ffi::{c_char, c_void};
use std::ptr;

// The parts of <assay/plugin.h> that this plugin uses, as the header lays them out.
#[repr(C)]
#[derive(Clone, Copy)]
struct Str {
    data: *const c_char,
    size: usize,
}
#[repr(C)]
#[derive(Clone, Copy)]
struct Span {
    begin: u32,
    end: u32,
}
#[repr(C)]
struct Block {
    id: u64,
    span: Span,
    kind: u32,
    level: u32,
    section: Str,
}
#[repr(C)]
struct Document {
    size: u32,
    block_count: u32,
    revision: u64,
    language: Str,
    text: Str,
    blocks: *const Block,
    changed: *const u32,
    changed_count: u32,
    reserved: u32,
    data: Str,
}
#[repr(C)]
struct Finding {
    size: u32,
    severity: u32,
    span: Span,
    rule: Str,
    message: Str,
    hint: Str,
    help_url: Str,
    confidence: f32,
    fix_count: u32,
    fixes: *const c_void,
    related: *const c_void,
    related_count: usize,
}
#[repr(C)]
struct Sink {
    size: u32,
    reserved: u32,
    host_data: *mut c_void,
    finding: extern "C" fn(*const Sink, *const Finding) -> i32,
}
#[repr(C)]
struct Request {
    size: u32,
    reserved: u32,
    document: *const Document,
    sink: *const Sink,
    budget_ns: u64,
    host_data: *mut c_void,
    cancelled: extern "C" fn(*const Request) -> i32,
}
#[repr(C)]
pub struct Plugin {
    size: u32,
    abi_minor: u32,
    id: *const c_char,
    name: *const c_char,
    version: *const c_char,
    settings_schema: *const c_char,
    panel_schema: *const c_char,
    capabilities: u32,
    reserved: u32,
    create: extern "C" fn(*const c_void, Str, *mut *mut c_void, *mut c_void) -> i32,
    destroy: extern "C" fn(*mut c_void),
    check: extern "C" fn(*mut c_void, *const Request, *mut c_void) -> i32,
    extension: *const c_void,
}
unsafe impl Sync for Plugin {}

const OK: i32 = 0;
const CANCELLED: i32 = 1;
const WARNING: u32 = 2;
const INCREMENTAL: u32 = 1;

fn string(text: &str) -> Str {
    Str { data: text.as_ptr() as *const c_char, size: text.len() }
}

// Where three words or more in capitals stand in a row, as bytes of `text`.
fn shouts(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut run: Option<(usize, usize, usize)> = None;
    let mut at = 0;
    for word in text.split(' ') {
        let (begin, end) = (at, at + word.len());
        at = end + 1;
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let loud = letters >= 4 && !word.chars().any(|c| c.is_lowercase());
        run = match (loud, run) {
            (true, None) => Some((begin, end, 1)),
            (true, Some((first, _, n))) => Some((first, end, n + 1)),
            (false, Some((first, last, n))) => {
                if n >= 3 {
                    found.push((first, last));
                }
                None
            }
            (false, None) => None,
        };
    }
    if let Some((first, last, n)) = run {
        if n >= 3 {
            found.push((first, last));
        }
    }
    found
}

extern "C" fn create(_: *const c_void, _: Str, instance: *mut *mut c_void, _: *mut c_void) -> i32 {
    unsafe { *instance = ptr::null_mut() };
    OK
}

extern "C" fn destroy(_: *mut c_void) {}

extern "C" fn check(_: *mut c_void, request: *const Request, _: *mut c_void) -> i32 {
    let asked = unsafe { &*request };
    let document = unsafe { &*asked.document };
    for i in 0..document.changed_count as usize {
        if (asked.cancelled)(request) != 0 {
            return CANCELLED;
        }
        let block = unsafe { &*document.blocks.add(*document.changed.add(i) as usize) };
        let bytes = unsafe {
            std::slice::from_raw_parts(
                (document.text.data as *const u8).add(block.span.begin as usize),
                (block.span.end - block.span.begin) as usize,
            )
        };
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        for (begin, end) in shouts(text) {
            let finding = Finding {
                size: std::mem::size_of::<Finding>() as u32,
                severity: WARNING,
                span: Span { begin: block.span.begin + begin as u32, end: block.span.begin + end as u32 },
                rule: string("shouting"),
                message: string("Capitals shout."),
                hint: string("Use small letters."),
                help_url: string(""),
                confidence: 0.9,
                fix_count: 0,
                fixes: ptr::null(),
                related: ptr::null(),
                related_count: 0,
            };
            let status = unsafe { ((*asked.sink).finding)(asked.sink, &finding) };
            if status != OK {
                return status;
            }
        }
    }
    OK
}

static PLUGIN: Plugin = Plugin {
    size: std::mem::size_of::<Plugin>() as u32,
    abi_minor: 0,
    id: "org.example.shouting\0".as_ptr() as *const c_char,
    name: "Shouting\0".as_ptr() as *const c_char,
    version: "1.0.0\0".as_ptr() as *const c_char,
    settings_schema: ptr::null(),
    panel_schema: ptr::null(),
    capabilities: INCREMENTAL,
    reserved: 0,
    create,
    destroy,
    check,
    extension: ptr::null(),
};

#[no_mangle]
pub extern "C" fn assay_plugin_v1() -> *const Plugin {
    &PLUGIN
}
