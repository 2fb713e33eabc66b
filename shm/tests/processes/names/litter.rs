//! Files of names that somebody damaged, and other things in their places.

use std::fs;
use std::os::unix::fs::symlink;

use libtest_mimic::Trial;
use wharf_shm::{Deadline, Error, Lifetime, Sweep};

use super::{key_of, put, set_up};
use crate::place::Place;
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("names::that_are_damaged_are_told_and_mended", damaged_are_told_and_mended),
        test("names::are_files_and_nothing_else", are_files_and_nothing_else),
        test("names::stand_in_a_folder_and_nothing_else", stand_in_a_folder),
        test("names::leave_unrelated_files_alone", leave_unrelated_files_alone),
    ]
}

fn damaged_are_told_and_mended() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    arena.publish("good", &key, b"value")?;
    arena.publish("bad", &key, b"value")?;
    let path = place.path().join("names/bad");
    let whole = fs::read(&path)?;
    let mut damages: Vec<Vec<u8>> = (0..whole.len()).map(|len| whole[..len].to_vec()).collect();
    damages.extend((0..whole.len() * 8).map(|bit| {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    }));
    damages.extend([vec![0; 77], vec![0xff; 4096], [&whole[..], b"x"].concat(), vec![1; 1 << 20]]);
    let count = damages.len();
    for (number, damage) in damages.into_iter().enumerate() {
        fs::write(&path, &damage)?;
        let refused = node.lookup("bad", Deadline::NOW).unwrap_err();
        assert!(matches!(refused, Error::Corrupt { .. }), "{refused:?}");
        assert!(refused.to_string().contains("names/bad"), "{refused}");
        // It stands in nobody's way, and any of three cures it.
        match number % 3 {
            0 => {
                assert_eq!(node.names("")?.len(), 1);
                arena.publish("bad", &key, b"value")?;
                assert_eq!(fs::read(&path)?, whole);
                assert_eq!(node.names("")?.len(), 2);
            }
            1 => assert_eq!(node.sweep(Sweep::Dead)?.names_removed, 1),
            _ => {
                let _ = node.unpublish("bad");
                assert!(!path.exists());
            }
        }
        assert_eq!(key_of(&node, "good")?, key);
    }
    assert!(count > 600, "only {count} damages");
    Ok(())
}

fn fifo(path: &std::path::Path) -> Outcome {
    let text = std::ffi::CString::new(path.to_str().ok_or("text")?)?;
    // SAFETY: a terminated string, which the call only reads.
    match unsafe { libc::mkfifo(text.as_ptr(), 0o600) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error().into()),
    }
}

fn are_files_and_nothing_else() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    arena.publish("good", &key, b"value")?;
    let path = |name: &str| place.path().join("names").join(name);
    let precious = Place::new();
    fs::copy(path("good"), precious.path())?;
    fs::create_dir(path("folder"))?;
    fs::write(path("folder").join("inside"), "mine")?;
    symlink(precious.path(), path("link"))?;
    symlink("/nowhere", path("dangling"))?;
    symlink("good", path("sibling"))?;
    fifo(&path("pipe"))?;
    let _listening = std::os::unix::net::UnixListener::bind(path("socket"))?;
    for name in ["folder", "link", "dangling", "sibling", "pipe", "socket"] {
        for refused in [
            node.lookup(name, Deadline::NOW).map(drop),
            arena.publish(name, &key, b""),
            node.unpublish(name),
        ] {
            let refused = refused.unwrap_err();
            assert!(matches!(refused, Error::Io { .. }), "{name}: {refused:?}");
            let text = refused.to_string();
            assert!(text.contains(path(name).to_str().ok_or("text")?), "{text}");
            assert!(text.contains("not a file") && text.contains("remove it"), "{text}");
        }
    }
    assert_eq!(node.names("")?.len(), 1);
    for what in [Sweep::Dead, Sweep::All] {
        let report = node.sweep(what)?;
        assert_eq!((report.failed, report.names_removed), (0, 0), "{report:?}");
    }
    assert_eq!(fs::read_to_string(path("folder").join("inside"))?, "mine");
    assert!(precious.path().exists() && fs::read_dir(path(""))?.count() == 7);
    fs::remove_file(precious.path())?;
    Ok(())
}

/// A link in the folder's place leads nobody to remove what is elsewhere.
fn stand_in_a_folder() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    let names = place.path().join("names");
    let refused = |outcome: wharf_shm::Result<()>| {
        let text = outcome.expect_err("it is refused").to_string();
        assert!(text.contains("/names"), "{text}");
    };
    fs::write(&names, "a file")?;
    refused(arena.publish("name", &key, b""));
    refused(node.lookup("name", Deadline::NOW).map(drop));
    refused(node.names("").map(drop));
    refused(node.unpublish("name"));
    assert_eq!(node.sweep(Sweep::Dead)?.failed, 1);
    assert_eq!(fs::read(&names)?, b"a file");
    fs::remove_file(&names)?;

    let elsewhere = Place::new();
    fs::create_dir(elsewhere.path())?;
    fs::write(elsewhere.path().join("name"), "precious")?;
    symlink(elsewhere.path(), &names)?;
    refused(arena.publish("name", &key, b""));
    refused(node.names("").map(drop));
    refused(node.unpublish("name"));
    assert_eq!(node.sweep(Sweep::All)?.failed, 1);
    assert_eq!(fs::read(elsewhere.path().join("name"))?, b"precious");
    fs::remove_file(&names)?;
    arena.publish("name", &key, b"")?;
    assert_eq!(key_of(&node, "name")?, key);
    Ok(())
}

fn leave_unrelated_files_alone() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    arena.publish("good", &key, b"")?;
    let files = ["a b", ".hidden", "%41", "%zz", "café", "%ff"];
    for name in files {
        fs::write(place.path().join("names").join(name), "mine")?;
    }
    assert_eq!(node.names("")?.len(), 1);
    arena.close()?;
    for what in [Sweep::Dead, Sweep::All] {
        assert_eq!(node.sweep(what)?.failed, 0);
    }
    for name in files {
        assert_eq!(fs::read(place.path().join("names").join(name))?, b"mine", "{name}");
    }
    assert_eq!(fs::read_dir(place.path().join("names"))?.count(), files.len());
    Ok(())
}
