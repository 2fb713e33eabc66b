//! The links to huge pages: half made, half removed, turned elsewhere, and out of reach.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use libtest_mimic::Trial;
use wharf_shm::{Deadline, Error, Sweep, Wait};

use super::{LEN, assert_nothing_is_left, links, start_owner, test};
use crate::Outcome;
use crate::place::Place;
use crate::placement::pool::{self, OTHER_POINT, PAGES, POINT};
use crate::puppet::{Puppet, parse_key};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("placement::a_link_that_leads_nowhere_is_swept", leads_nowhere),
        test("placement::huge_pages_of_no_arena_are_swept", orphan),
        test("placement::a_link_turned_elsewhere_is_not_followed", not_followed),
        test("placement::huge_pages_out_of_reach_are_not_forgotten", out_of_reach),
    ]
}

/// As an owner leaves it who is killed between link and file, or a cleaner between file and link.
fn leads_nowhere(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let free = pool::free();
    let mut owner = start_owner(place);
    let key = owner.must(&format!("put {LEN} 1 process"));
    let (link, target) = links(place).pop().expect("a link");
    fs::remove_file(target)?;
    let resolved = place.node()?.resolve(&parse_key(&key), Deadline::NOW, Wait::Block);
    assert!(matches!(resolved, Err(Error::Corrupt { .. })), "{resolved:?}");
    owner.kill();
    drop(place.node()?);
    assert!(fs::symlink_metadata(&link).is_err(), "{:?}", place.files());
    assert_nothing_is_left(place, free);
    Ok(())
}

/// As a cleaner leaves it whose arena's table was removed by hand.
fn orphan(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let free = pool::free();
    let mut owner = start_owner(place);
    owner.must(&format!("put {LEN} 1 node"));
    owner.kill();
    let (link, _) = links(place).pop().expect("a link");
    fs::remove_file(link.with_extension(""))?;
    drop(place.node()?);
    assert_nothing_is_left(place, free);
    Ok(())
}

fn not_followed(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let free = pool::free();
    let mut owner = start_owner(place);
    let key = parse_key(&owner.must(&format!("put {LEN} 1 process")));
    let (link, target) = links(place).pop().expect("a link");
    let (folder, name) = (pool::folder(), target.file_name().expect("a name").to_owned());

    // Each is something that a link must not lead to, and exists.
    let elsewhere = place.path().join("elsewhere").join(folder.file_name().expect("a name"));
    fs::create_dir_all(&elsewhere)?;
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o700))?;
    fs::copy(place.path().join("node"), elsewhere.join(&name))?;
    let other = folder.join("a-other");
    fs::File::create(&other)?;
    let through = place.path().join("through").join(folder.file_name().expect("a name"));
    fs::create_dir(place.path().join("through"))?;
    symlink(&folder, &through)?;
    let relative = Path::new("..").join(elsewhere.strip_prefix("/dev/shm")?).join(&name);
    let hostile = [
        ("not on a hugetlbfs", elsewhere.join(&name)),
        ("Wharf has no huge pages there", other.clone()),
        ("Wharf has no huge pages there", "/etc/passwd".into()),
        ("Wharf has no huge pages there", relative),
        ("that is no file", "/".into()),
        ("its folder is a symbolic link", through.join(&name)),
    ];
    let refuses = |what: &str| -> Outcome {
        let resolved = place.node()?.resolve(&key, Deadline::NOW, Wait::Block);
        let Err(Error::Corrupt { path, what: said }) = resolved else {
            return Err(format!("{what}: {resolved:?}").into());
        };
        assert!(path == link && said.contains(what), "{what}: {} {said}", path.display());
        Ok(())
    };
    for (what, to) in &hostile {
        fs::remove_file(&link)?;
        symlink(to, &link)?;
        refuses(what)?;
    }

    // The right place, but not what should be there.
    fs::remove_file(&link)?;
    symlink(&target, &link)?;
    let aside = folder.join("aside");
    fs::rename(&target, &aside)?;
    fs::create_dir(&target)?;
    refuses("no file of Wharf's")?;
    fs::remove_dir(&target)?;
    fs::rename(&aside, &target)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    refuses("its folder is open to others")?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    drop(place.node()?.resolve(&key, Deadline::NOW, Wait::Block)?);

    // Whoever cleans up removes the link and leaves alone what it leads to.
    fs::remove_file(&link)?;
    symlink(&hostile[0].1, &link)?;
    owner.kill();
    let report = place.node()?.sweep(Sweep::All)?;
    assert_eq!(report.failed, 0, "{report:?}");
    assert_eq!(place.files(), ["elsewhere", "through"]);
    assert!(elsewhere.join(&name).exists() && other.exists() && Path::new("/etc/passwd").exists());
    for folder in place.files() {
        fs::remove_dir_all(place.path().join(folder))?;
    }
    fs::remove_file(other)?;
    // What the link led to before is for whoever turned it.
    fs::remove_file(target)?;
    assert_nothing_is_left(place, free);
    Ok(())
}

/// As in a container that shares the directory and not the hugetlbfs, or has one of its own.
fn out_of_reach(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let free = pool::free();
    let mut owner = start_owner(place);
    let key = owner.must(&format!("put {LEN} 1 node"));
    owner.kill();
    let fails = || -> Outcome {
        let node = place.node()?;
        let resolved = node.resolve(&parse_key(&key), Deadline::NOW, Wait::Block);
        let Err(Error::Io { path, .. }) = resolved else {
            return Err(format!("{resolved:?}").into());
        };
        assert!(path.starts_with(pool::folder()), "{}", path.display());
        let report = node.sweep(Sweep::Dead)?;
        assert_eq!((report.failed, report.arenas_removed), (1, 0), "{report:?}");
        assert_eq!((links(place).len(), pool::free()), (1, free - 2));
        Ok(())
    };
    pool::move_mount(POINT, OTHER_POINT)?;
    fails()?;
    pool::mount_at(POINT, PAGES)?;
    fs::create_dir(pool::folder())?;
    fs::set_permissions(pool::folder(), fs::Permissions::from_mode(0o700))?;
    fails()?;
    // Back where it was, all is as it was.
    pool::move_mount(OTHER_POINT, POINT)?;
    Puppet::start(place).must("put 10 2 process");
    assert_nothing_is_left(place, free);
    Ok(())
}
