//! What `fortran/wharf.f90` repeats for each type and rank is written by this file, and so are its
//! constants, which are the header's.
//!
//! After a change that is meant: `WHARF_ACCEPT=1 cargo test -p wharf-ffi --test fortran_source`, which
//! writes the parts between `! <generated WHAT>` and `! </generated>` anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::Path;

#[test]
fn the_generated_parts_are_those_of_the_generator() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = folder.join("fortran/wharf.f90");
    let header = std::fs::read_to_string(folder.join("include/wharf.h")).unwrap();
    let committed = std::fs::read_to_string(&path).unwrap();
    let made = filled(&committed, &header);
    if std::env::var_os("WHARF_ACCEPT").is_some() {
        std::fs::write(&path, &made).unwrap();
        return;
    }
    for (number, (committed, made)) in committed.lines().zip(made.lines()).enumerate() {
        assert_eq!(committed, made, "line {} of fortran/wharf.f90; {ADVICE}", number + 1);
    }
    assert_eq!(committed, made, "{ADVICE}");
}

/// The module with all its generated parts written anew.
fn filled(module: &str, header: &str) -> String {
    let mut whole = String::new();
    let mut lines = module.lines();
    while let Some(line) = lines.next() {
        writeln!(whole, "{line}").unwrap();
        if let Some(what) = line.trim().strip_prefix("! <generated ") {
            let indent = &line[..line.len() - line.trim_start().len()];
            for made in part(what.trim_end_matches('>'), header).lines() {
                let made = format!("{indent}{made}");
                writeln!(whole, "{}", made.trim_end()).unwrap();
            }
            let end = lines.find(|line| line.trim() == "! </generated>").expect("an end");
            writeln!(whole, "{end}").unwrap();
        }
    }
    whole
}

fn part(what: &str, header: &str) -> String {
    match what {
        "constants" => ENUMS.iter().map(|name| constants(name, header)).collect(),
        "words" => TYPES.iter().map(words).collect(),
        "procedures" => {
            let all = |one: fn(&Type, usize) -> String| {
                TYPES.iter().flat_map(move |kind| (0..=RANKS).map(move |rank| one(kind, rank)))
            };
            let parts = TYPES.iter().map(read_at);
            all(put).chain(all(expose)).chain(all(alloc)).chain(all(get)).chain(parts).collect()
        }
        "read_at" => {
            let names: Vec<_> = TYPES.iter().map(|kind| format!("read_at_{}", kind.0)).collect();
            let (some, others) = names.split_at(names.len() / 2);
            lines("procedure, private", some, others) + &lines("generic", some, others)
        }
        generic => TYPES.iter().map(|kind| bindings(generic, kind)).collect(),
    }
}

/// A type of elements: its short name, Fortran's, the header's.
struct Type(&'static str, &'static str, &'static str);

const TYPES: [Type; 8] = [
    Type("int8", "integer(int8)", "WHARF_INT8"),
    Type("int16", "integer(int16)", "WHARF_INT16"),
    Type("int32", "integer(int32)", "WHARF_INT32"),
    Type("int64", "integer(int64)", "WHARF_INT64"),
    Type("real32", "real(real32)", "WHARF_FLOAT32"),
    Type("real64", "real(real64)", "WHARF_FLOAT64"),
    Type("complex32", "complex(real32)", "WHARF_COMPLEX_FLOAT32"),
    Type("complex64", "complex(real64)", "WHARF_COMPLEX_FLOAT64"),
];

const RANKS: usize = 7;

const ENUMS: [&str; 8] = [
    "wharf_status",
    "wharf_scope",
    "wharf_end",
    "wharf_element",
    "wharf_order",
    "wharf_form",
    "wharf_state",
    "wharf_encrypt",
];

/// An enumeration of the header: its constants, with what they mean.
fn constants(name: &str, header: &str) -> String {
    let body = header.split_once(&format!("typedef enum {name} {{")).expect(name).1;
    let body = body.split_once(&format!("}} {name};")).expect(name).0;
    let mut text = format!("! {name}\nenum, bind(C)\n");
    let mut names = Vec::new();
    for line in body.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("* ") {
            writeln!(text, "  !> {comment}").unwrap();
        } else if let Some((name, value)) = line.trim_end_matches(',').split_once(" = ") {
            writeln!(text, "  enumerator :: {name} = {value}").unwrap();
            names.push(name);
        }
    }
    assert!(names.len() > 1, "{name}: {names:?}");
    text += "end enum\n";
    for some in names.chunks(3) {
        writeln!(text, "public :: {}", some.join(", ")).unwrap();
    }
    text + "\n"
}

fn words(Type(_, fortran, constant): &Type) -> String {
    let unsigned = match fortran.strip_prefix("integer") {
        Some(_) => format!(", {}", constant.replace("INT", "UINT")),
        None => String::new(),
    };
    format!("case ({constant}{unsigned})\n  words = '{fortran}'\n")
}

fn bindings(generic: &str, Type(short, ..): &Type) -> String {
    let names: Vec<_> = (0..=RANKS).map(|rank| format!("{generic}_{short}_{rank}")).collect();
    let (some, others) = names.split_at(names.len() / 2);
    let (some, others) = (some.join(", "), others.join(", "));
    format!(
        "procedure, private :: {some}\nprocedure, private :: {others}\n\
         generic :: {generic} => {some}\ngeneric :: {generic} => {others}\n"
    )
}

/// Some names and the others, a line each.
fn lines(what: &str, some: &[String], others: &[String]) -> String {
    let generic = if what == "generic" { "read_at => " } else { "" };
    let line = |names: &[String]| format!("{what} :: {generic}{}\n", names.join(", "));
    line(some) + &line(others)
}

/// A part of an object into an array of rank 1.
fn read_at(Type(short, fortran, _): &Type) -> String {
    let name = format!("read_at_{short}");
    format!(
        "subroutine {name}(self, ticket, first, array, timeout, stat, errmsg)
  class(wharf_fabric), intent(in) :: self
  type(wharf_ticket), intent(in) :: ticket
  integer(int64), intent(in) :: first
  {fortran}, contiguous, target, intent(inout) :: array(:)
  real(real64), optional, intent(in) :: timeout
  integer(c_int), optional, intent(out) :: stat
  character(len=*), optional, intent(inout) :: errmsg
  type(c_ptr) :: data

  data = c_null_ptr
  if (size(array) > 0) data = c_loc(array)
  call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
end subroutine {name}

"
    )
}

fn put(Type(short, fortran, constant): &Type, rank: usize) -> String {
    let (colons, contiguous) = match rank {
        0 => (String::new(), ""),
        _ => (colons(rank), "contiguous, "),
    };
    let data = match rank {
        0 => "data = c_loc(array)\n",
        _ => "data = c_null_ptr\n  if (size(array) > 0) data = c_loc(array)\n",
    };
    let shape = if rank == 0 { "[integer(int64) ::]" } else { "shape(array, int64)" };
    let name = format!("put_{short}_{rank}");
    format!(
        "subroutine {name}(self, array, ticket, stat, errmsg)
  class(wharf_store), intent(in) :: self
  {fortran}, {contiguous}target, intent(in) :: array{colons}
  type(wharf_ticket), intent(inout) :: ticket
  integer(c_int), optional, intent(out) :: stat
  character(len=*), optional, intent(inout) :: errmsg
  type(c_ptr) :: data

  {data}  call put_array(self, {constant}, data, {shape}, ticket, stat, errmsg)
end subroutine {name}

"
    )
}

fn expose(Type(short, fortran, constant): &Type, rank: usize) -> String {
    let name = format!("expose_{short}_{rank}");
    let colons = colons(rank);
    // The indices of the first element, or of the next one along a dimension.
    let index = |along: usize| match rank {
        0 => String::new(),
        _ => {
            let each = (1..=rank).map(|d| format!("{}({d})", if d == along { "n" } else { "f" }));
            format!("({})", each.collect::<Vec<_>>().join(", "))
        }
    };
    let mut places = String::new();
    for along in 0..=rank {
        writeln!(places, "places({along}) = c_loc(array{})", index(along)).unwrap();
    }
    let (bounds, places, shape) = match rank {
        0 => (String::new(), places, "[integer(int64) ::]"),
        _ => (
            format!("\n  integer(int64) :: f({rank}), n({rank})"),
            format!(
                "if (size(array) > 0) then
    f = lbound(array, kind=int64)
    n = min(f + 1, ubound(array, kind=int64))
    {}
  end if
",
                places.trim_end().replace('\n', "\n    ")
            ),
            "shape(array, int64)",
        ),
    };
    format!(
        "subroutine {name}(self, array, exposed, stat, errmsg)
  class(wharf_store), intent(in) :: self
  {fortran}, pointer, intent(in) :: array{colons}
  type(wharf_exposed), intent(inout) :: exposed
  integer(c_int), optional, intent(out) :: stat
  character(len=*), optional, intent(inout) :: errmsg
  type(c_ptr) :: places(0:{rank}){bounds}

  if (.not. associated(array)) then
    call refuse_absent(stat, errmsg)
    return
  end if
  places = c_null_ptr
  {places}  call expose_array(self, {constant}, storage_size(array), places, {shape}, exposed, stat, errmsg)
end subroutine {name}

"
    )
}

fn alloc(Type(short, fortran, constant): &Type, rank: usize) -> String {
    let name = format!("alloc_{short}_{rank}");
    let (argument, declared, shape) = match rank {
        0 => ("", String::new(), "[integer(int64) ::]"),
        _ => ("shape, ", "  class(*), intent(in) :: shape(:)\n".into(), "shape"),
    };
    let point = if rank == 0 { "" } else { ", extents" };
    let colons = colons(rank);
    format!(
        "subroutine {name}(self, {argument}array, block, stat, errmsg)
  class(wharf_source), intent(inout) :: self
{declared}  {fortran}, pointer, intent(out) :: array{colons}
  type(wharf_block), intent(inout) :: block
  integer(c_int), optional, intent(out) :: stat
  character(len=*), optional, intent(inout) :: errmsg
  integer(int64) :: extents({rank})
  type(c_ptr) :: data

  nullify (array)
  call alloc_array(self, {constant}, {shape}, extents, block, data, stat, errmsg)
  if (c_associated(data)) call c_f_pointer(data, array{point})
end subroutine {name}

"
    )
}

fn get(Type(short, fortran, constant): &Type, rank: usize) -> String {
    let name = format!("get_{short}_{rank}");
    let point = if rank == 0 { "" } else { ", extents" };
    let colons = colons(rank);
    format!(
        "subroutine {name}(self, array, reversed, stat, errmsg)
  class(wharf_view), intent(in) :: self
  {fortran}, pointer, intent(out) :: array{colons}
  logical, optional, intent(in) :: reversed
  integer(c_int), optional, intent(out) :: stat
  character(len=*), optional, intent(inout) :: errmsg
  integer(int64) :: extents({rank})
  type(c_ptr) :: data

  nullify (array)
  call get_array(self, {constant}, reversed, extents, data, stat, errmsg)
  if (c_associated(data)) call c_f_pointer(data, array{point})
end subroutine {name}

"
    )
}

/// `(:, :)`.
fn colons(rank: usize) -> String {
    if rank == 0 { String::new() } else { format!("({})", vec![":"; rank].join(", ")) }
}

const ADVICE: &str = "if the change is meant, write the module anew: WHARF_ACCEPT=1 cargo test -p wharf-ffi --test fortran_source";
