//! Reading one HTTP/1.1 request, as far as our clients write them.

use std::io;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use rubank_core::http::SeenRequest;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Reads the request whose first byte has come already.
pub(super) async fn read(
    first: u8,
    stream: &mut (impl AsyncRead + Unpin),
) -> io::Result<SeenRequest> {
    let mut head = vec![first];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let mut request = parse(&head).ok_or_else(|| io::Error::other("not a request"))?;
    let length = match request.headers.get(http::header::CONTENT_LENGTH) {
        Some(length) => length.to_str().ok().and_then(|text| text.parse().ok()),
        None if request
            .headers
            .contains_key(http::header::TRANSFER_ENCODING) =>
        {
            None
        }
        None => Some(0_usize),
    };
    let length = length.ok_or_else(|| io::Error::other("a body of unknown length"))?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    request.body = body.into();
    Ok(request)
}

fn parse(head: &[u8]) -> Option<SeenRequest> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let method = Method::from_bytes(words.next()?.as_bytes()).ok()?;
    let uri: Uri = words.next()?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_str(value.trim()).ok()?);
    }
    Some(SeenRequest {
        method,
        uri,
        headers,
        body: bytes::Bytes::new(),
    })
}
