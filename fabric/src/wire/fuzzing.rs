//! What the fuzz targets call; there in no other build.

use super::{HEADER, Header, Reply, Request};
use crate::transport::{AskId, Refusal};

/// Bytes that a reader may have sent: what they say survives being written again. Says whether they
/// say anything.
pub fn request(bytes: &[u8]) -> bool {
    let Some((header, body)) = split(bytes) else { return false };
    let Ok(request) = Request::parse(&header, body) else { return false };
    let mut again = Vec::new();
    request.encode(AskId(header.id), &mut again);
    let (header_again, body_again) = split(&again).unwrap_or((header, &[]));
    assert_eq!((header_again.id, header_again.kind), (header.id, header.kind));
    assert_eq!(Request::parse(&header_again, body_again), Ok(request));
    true
}

/// Bytes that an origin may have sent, likewise.
pub fn reply(bytes: &[u8]) -> bool {
    let Some((header, body)) = split(bytes) else { return false };
    let Ok(reply) = Reply::parse(&header, body) else { return false };
    let mut again = Vec::new();
    reply.encode(AskId(header.id), &mut again);
    let (header_again, body_again) = split(&again).unwrap_or((header, &[]));
    assert_eq!((header_again.id, header_again.kind), (header.id, header.kind));
    assert_eq!(Reply::parse(&header_again, body_again).as_ref(), Ok(&reply));
    if let Some(answer) = reply.answer()
        && !matches!(&reply, Reply::Refused(refused) if matches!(Refusal::from(*refused), Refusal::Other(_)))
    {
        let mut told = Vec::new();
        Reply::from(&answer).encode(AskId(header.id), &mut told);
        let (header, body) = split(&told).unwrap_or((header, &[]));
        assert_eq!(Reply::parse(&header, body).ok().and_then(|reply| reply.answer()), Some(answer));
    }
    true
}

/// A header, and as much of a body as it asks for.
fn split(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
    let header = Header::parse(header).ok()?;
    Some((header, rest.get(..header.length)?))
}
