//! One array of each type and rank, and a Fortran program that puts, exposes, allocates and sees each.

use std::fmt::Write;

use wharf::{ArrayType, ElementType, Shape};

/// The program: for each array a subroutine, which says the tickets of it put and exposed, and reads one of an equal
/// array.
pub(crate) fn program() -> String {
    let mut text = String::from(OPENING);
    for (kind, rank) in all() {
        writeln!(text, "  call {}_{rank}()", kind.name).unwrap();
    }
    text += "  print '(a)', '64 arrays'\n\ncontains\n\n";
    text += LISTEN;
    for (kind, rank) in all() {
        text += &subroutine(kind, rank);
    }
    text + "end program every\n"
}

pub(crate) struct Array {
    pub(crate) described: ArrayType,
    pub(crate) bytes: Vec<u8>,
}

/// What the program puts, in its order.
pub(crate) fn arrays() -> impl Iterator<Item = Array> {
    all().map(|(kind, rank)| {
        let described = ArrayType::new(kind.element, Shape::fortran(&EXTENTS[..rank])).unwrap();
        let bytes = (1..=count(rank)).flat_map(|number| (kind.bytes)(number as i8)).collect();
        Array { described, bytes }
    })
}

struct Kind {
    name: &'static str,
    fortran: &'static str,
    /// The element that a number becomes.
    value: &'static str,
    element: ElementType,
    bytes: fn(i8) -> Vec<u8>,
}

const KINDS: [Kind; 8] = [
    Kind {
        name: "int8",
        fortran: "integer(int8)",
        value: "int(i, int8)",
        element: ElementType::I8,
        bytes: |number| number.to_le_bytes().to_vec(),
    },
    Kind {
        name: "int16",
        fortran: "integer(int16)",
        value: "int(i, int16)",
        element: ElementType::I16,
        bytes: |number| i16::from(number).to_le_bytes().to_vec(),
    },
    Kind {
        name: "int32",
        fortran: "integer(int32)",
        value: "int(i, int32)",
        element: ElementType::I32,
        bytes: |number| i32::from(number).to_le_bytes().to_vec(),
    },
    Kind {
        name: "int64",
        fortran: "integer(int64)",
        value: "int(i, int64)",
        element: ElementType::I64,
        bytes: |number| i64::from(number).to_le_bytes().to_vec(),
    },
    Kind {
        name: "real32",
        fortran: "real(real32)",
        value: "real(i, real32)",
        element: ElementType::F32,
        bytes: |number| f32::from(number).to_le_bytes().to_vec(),
    },
    Kind {
        name: "real64",
        fortran: "real(real64)",
        value: "real(i, real64)",
        element: ElementType::F64,
        bytes: |number| f64::from(number).to_le_bytes().to_vec(),
    },
    Kind {
        name: "complex32",
        fortran: "complex(real32)",
        value: "cmplx(i, -i, real32)",
        element: ElementType::ComplexF32,
        bytes: |number| {
            [f32::from(number), -f32::from(number)]
                .iter()
                .flat_map(|part| part.to_le_bytes())
                .collect()
        },
    },
    Kind {
        name: "complex64",
        fortran: "complex(real64)",
        value: "cmplx(i, -i, real64)",
        element: ElementType::ComplexF64,
        bytes: |number| {
            [f64::from(number), -f64::from(number)]
                .iter()
                .flat_map(|part| part.to_le_bytes())
                .collect()
        },
    },
];

/// The extents of rank 7, of which lower ranks have the first.
const EXTENTS: [usize; 7] = [2, 3, 1, 2, 3, 1, 2];

fn all() -> impl Iterator<Item = (&'static Kind, usize)> {
    KINDS.iter().flat_map(|kind| (0..=EXTENTS.len()).map(move |rank| (kind, rank)))
}

fn count(rank: usize) -> usize {
    EXTENTS[..rank].iter().product()
}

fn subroutine(kind: &Kind, rank: usize) -> String {
    let Kind { name, fortran, value, .. } = kind;
    let list = |word: &str| match rank {
        0 => String::new(),
        _ => format!("({})", vec![word; rank].join(", ")),
    };
    let extents: Vec<_> = EXTENTS[..rank].iter().map(usize::to_string).collect();
    let (extents, colons) = (extents.join(", "), list(":"));
    let (shaped, fill, alloc, same_shape) = match rank {
        0 => (String::new(), format!("i = 1\n    array = {value}"), String::new(), String::new()),
        _ => (
            format!("({extents})"),
            format!("array = reshape([({value}, i = 1, {})], shape(array))", count(rank)),
            "shape(array), ".to_owned(),
            format!(
                "    call ok(all(shape(there) == [{extents}]), 'the shape of {name}, {rank}')\n"
            ),
        ),
    };
    // A type and a rank that the array does not have.
    let (other, others) = if *name == "int8" {
        ("integer(int16)", "integer(int8)")
    } else {
        ("integer(int8)", *fortran)
    };
    let wrong_rank = if rank == 1 { "(:, :)" } else { "(:)" };
    format!(
        "  subroutine {name}_{rank}()
    {fortran}, target :: array{shaped}
    {fortran}, pointer :: there{colons}
    {other}, pointer :: other{colons}
    {others}, pointer :: others{wrong_rank}
    integer :: i

    {fill}
    call store%put(array, ticket)
    print '(a)', wharf_ticket_to_text(ticket)
    call store%expose(array, exposed)
    call exposed%ticket(ticket)
    print '(a)', wharf_ticket_to_text(ticket)
    flush (output_unit)
    call listen()
    call exposed%unexpose(timeout=10.0_real64)
    call view%get(there)
{same_shape}    call ok(all(transfer(there, bytes) == transfer(array, bytes)), '{name}, {rank}, of another program')
    call view%get(other, stat=stat)
    call ok(stat == WHARF_ERROR_WRONG_TYPE, 'another type than {name}')
    call view%get(others, stat=stat)
    call ok(stat == WHARF_ERROR_WRONG_TYPE, 'another rank than {rank}')
    call view%release()
    call store%alloc({alloc}there, block)
{same_shape}    there = array
    call block%seal(ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
{same_shape}    call ok(all(transfer(there, bytes) == transfer(array, bytes)), '{name}, {rank}, written in place')
    call view%release()
  end subroutine {name}_{rank}

"
    )
}

const OPENING: &str = "\
program every
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, output_unit, real32, real64
  use check, only: ok
  use wharf
  implicit none
  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  type(wharf_block) :: block
  type(wharf_exposed) :: exposed
  type(wharf_view) :: view
  type(wharf_ticket) :: ticket
  integer(c_int) :: stat
  integer(int8) :: bytes(1)

  call fabric%open()
  call store%open(fabric, 'every')
";

const LISTEN: &str = "  !> Resolves the ticket on the next line.
  subroutine listen()
    character(len=1000) :: line

    read (*, '(a)') line
    call wharf_ticket_from_text(line, ticket)
    call fabric%resolve(ticket, view)
  end subroutine listen

";
