//! Keys, secrets and policies by themselves; what they make of connections is tried with the streams.

use super::identity::IdentityError;
use super::*;
use crate::wire::MAX_TOKENS;

#[test]
fn an_identity_is_its_key() {
    let document = Identity::generate().unwrap();
    let (one, again) = (Identity::from_pkcs8(&document), Identity::from_pkcs8(&document));
    let (one, again) = (one.unwrap(), again.unwrap());
    assert_eq!(one.public_key(), again.public_key());
    let other = Identity::from_pkcs8(&Identity::generate().unwrap()).unwrap();
    assert_ne!(one.public_key(), other.public_key());

    let key = one.public_key();
    assert_eq!(PublicKey::from_der(&key.to_der()), Some(key));
    assert_eq!(PublicKey::from_der(&key.to_der()[..43]), None);
    assert_eq!(PublicKey::from_der(&[&key.to_der()[..], &[0]].concat()), None);
    let mut other_algorithm = key.to_der();
    other_algorithm[8] = 0x71;
    assert_eq!(PublicKey::from_der(&other_algorithm), None);
}

#[test]
fn a_key_file_that_is_none_is_refused_with_advice() {
    let document = Identity::generate().unwrap();
    let mut damaged = document.clone();
    damaged[document.len() - 1] ^= 1;
    for bytes in [&b""[..], b"nonsense", &document[..document.len() - 1], &damaged] {
        let error = Identity::from_pkcs8(bytes).unwrap_err();
        assert!(matches!(error, IdentityError::Malformed(_)), "{error:?}");
        assert!(error.to_string().contains("remove it to have a new one made"), "{error}");
    }
}

#[test]
fn a_secret_has_enough_bytes_and_comes_from_a_file() {
    let short = Secret::new(&[7; 31]).unwrap_err();
    assert!(short.to_string().contains("has 31 bytes, and needs 32"), "{short}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let missing = Secret::read(&path).unwrap_err();
    assert!(missing.to_string().contains(path.to_str().unwrap()), "{missing}");

    std::fs::write(&path, [7; 40]).unwrap();
    let mode = |mode| {
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode))
            .unwrap();
    };
    for others in [0o640, 0o604, 0o620] {
        mode(others);
        let open = Secret::read(&path).unwrap_err().to_string();
        assert!(open.contains(&format!("chmod 600 {}", path.display())), "{open}");
        assert!(open.contains(&format!("{others:03o}")), "{open}");
    }
    mode(0o400);
    let (read, made) = (Secret::read(&path).unwrap(), Secret::new(&[7; 40]).unwrap());
    let proof = read.prove(&[1; 32]);
    assert!(made.verify(&[1; 32], &proof));
    assert!(!made.verify(&[2; 32], &proof), "a proof is for one connection");
    assert!(!Secret::new(&[7; 41]).unwrap().verify(&[1; 32], &proof));
    let mut almost = *proof.as_bytes();
    almost[31] ^= 1;
    assert!(!made.verify(&[1; 32], &Proof::from_bytes(almost)));
}

#[test]
fn tokens_are_random_and_answered_by_their_second_half() {
    let tokens: Vec<_> = (0..MAX_TOKENS).map(|_| Token::random().unwrap()).collect();
    let halves = tokens.iter().flat_map(|token| [token.id, token.answer]);
    let different: std::collections::HashSet<_> = halves.collect();
    assert_eq!(different.len(), 2 * MAX_TOKENS);
    for token in &tokens {
        assert!(token.is_answered_by(&token.answer));
        assert!(!token.is_answered_by(&token.id));
        for byte in 0..16 {
            let mut almost = token.answer;
            almost[byte] ^= 0x80;
            assert!(!token.is_answered_by(&almost));
        }
    }
}

#[test]
fn plain_needs_the_agreement_that_it_says() {
    let allows = [Policy::Auto, Policy::Always, Policy::Never]
        .map(|policy| (policy.allows_plain(false), policy.allows_plain(true)));
    assert_eq!(allows, [(false, true), (false, false), (true, true)]);
    for policy in [Policy::Auto, Policy::Always, Policy::Never] {
        assert_eq!(Policy::from_byte(policy.to_byte()), Some(policy));
    }
    assert_eq!(Policy::from_byte(3), None);
}

#[test]
fn nothing_secret_is_displayed() {
    let secret = Secret::new(&[0x5a; 32]).unwrap();
    let proof = secret.prove(&[1; 32]);
    let token = Token { id: [0x5a; 16], answer: [0x5a; 16] };
    let identity = Identity::from_pkcs8(&Identity::generate().unwrap()).unwrap();
    assert_eq!(format!("{secret:?} {proof:?} {token:?}"), "Secret(..) Proof(..) Token(..)");
    let shown = format!("{identity:?}");
    assert_eq!(shown, format!("Identity {{ key: {:?}, .. }}", identity.public_key()));
}
