//! The node's key: one, whoever makes it, and nobody else's.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use libtest_mimic::Trial;
use wharf_shm::{Error, Node, NodeOptions, Sweep};

use crate::damage::{MAGIC, Raw};
use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("network::the_key_is_made_once", made_once),
        test("network::the_key_is_refused_if_others_may_know_it", refused_if_others_may_know_it),
        test("network::the_key_goes_with_the_directory_only", goes_with_the_directory),
    ]
}

fn made_once() -> Outcome {
    for _ in 0..20 {
        let place = Place::new();
        let mut puppets: Vec<_> = (0..6).map(|_| Puppet::start(&place)).collect();
        puppets.iter_mut().for_each(|puppet| drop(puppet.must("check")));
        for (number, puppet) in puppets.iter_mut().enumerate() {
            puppet.begin(&format!("key key-of-{number}"));
        }
        let answers: Vec<_> = puppets.iter_mut().map(|puppet| puppet.answer("key")).collect();
        let first = answers[0].clone().ok_or("an answer")?;
        assert!(first.starts_with("key-of-"), "{first}");
        assert!(answers.iter().all(|answer| answer.as_ref() == Some(&first)), "{answers:?}");
        let meta = fs::metadata(place.path().join("key"))?;
        assert_eq!((meta.mode() & 0o7777, meta.len()), (0o600, first.len() as u64));
        puppets.iter_mut().for_each(Puppet::kill);
        assert_eq!(place.node()?.key(|| Ok(b"another".to_vec()))?, first.as_bytes());
    }
    let place = Place::new();
    let node = place.node()?;
    for nonsense in [vec![], vec![7; 4097]] {
        assert!(node.key(|| Ok(nonsense)).is_err());
    }
    let broken = node.key(|| Err(std::io::Error::other("no randomness"))).unwrap_err();
    assert!(broken.to_string().contains("no randomness"), "{broken}");
    assert!(!place.path().join("key").exists());
    Ok(())
}

fn refused_if_others_may_know_it() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    assert_eq!(node.key(|| Ok(b"right".to_vec()))?, b"right");
    let path = place.path().join("key");
    let refused = |word: &str| {
        let error = node.key(|| panic!("there is one")).unwrap_err();
        assert!(matches!(error, Error::Key { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(path.to_str().expect("text")) && text.contains(word), "{text}");
    };
    for mode in [0o640, 0o604, 0o610, 0o777] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        refused(&format!("0{mode:o}"));
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    assert_eq!(node.key(|| panic!("there is one"))?, b"right");
    for content in [&b""[..], &[7; 5000]] {
        fs::write(&path, content)?;
        refused("no key");
    }
    fs::remove_file(&path)?;
    fs::create_dir(&path)?;
    refused("not a file");
    fs::remove_dir(&path)?;
    symlink("/etc/hostname", &path)?;
    refused("not a file");
    fs::remove_file(&path)?;
    if is_root() {
        fs::write(&path, b"theirs")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        std::os::unix::fs::chown(&path, Some(12345), None)?;
        refused("user 12345");
    }
    Ok(())
}

fn is_root() -> bool {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() == 0 }
}

fn goes_with_the_directory() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    assert_eq!(owner.must("key mine"), "mine");
    owner.kill();
    let node = place.node()?;
    for what in [Sweep::Dead, Sweep::All] {
        let report = node.sweep(what)?;
        assert_eq!((report.failed, report.strangers), (0, Vec::new()));
        assert_eq!(key_in(place.path()), Some(b"mine".to_vec()));
    }
    drop(node);
    Raw::node(&place).write(MAGIC, b"NOTWHARF");
    let directory = Some(place.path().to_owned());
    Node::mend(&NodeOptions { directory, ..Default::default() })?;
    assert_eq!(place.node()?.key(|| panic!("there is one"))?, b"mine");
    // In a directory made anew it is another, and none of an old membership's.
    let old = place.node()?;
    fs::remove_dir_all(place.path())?;
    let new = place.node()?;
    assert_eq!(new.key(|| Ok(b"new".to_vec()))?, b"new");
    assert!(matches!(old.key(|| Ok(b"old".to_vec())), Err(Error::Vanished { .. })));
    Ok(())
}

fn key_in(directory: &Path) -> Option<Vec<u8>> {
    fs::read(directory.join("key")).ok()
}
