//! Speaks HTTP to other machines, and is no way into the inside: an address that is not public is
//! refused when the name was looked up, so that no name can lead there, and no redirect is
//! followed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use mainstay_app::ports::{Answered, Call, HttpClient, HttpError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::Host;

/// What other machines are told of who asks.
const AGENT: &str = concat!("mainstay/", env!("CARGO_PKG_VERSION"));

/// The real client.
pub struct Outbound {
    client: Client,
    /// Whether addresses that are not public may be asked, and without encryption.
    is_open: bool,
}

impl Outbound {
    /// A client; one that `is_open` asks private addresses too, and without encryption.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(is_open: bool) -> anyhow::Result<Self> {
        // An error says that somebody else has chosen, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(AGENT)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(!is_open)
            .dns_resolver(Arc::new(Lookup { is_open }))
            .build()
            .context("other machines cannot be asked")?;
        Ok(Self { client, is_open })
    }

    /// An address that is written out is looked up nowhere.
    fn check(&self, request: &http::Request<Vec<u8>>) -> Result<(), HttpError> {
        let refused = |why: &str| Err(HttpError::NotAllowed(why.to_owned()));
        let Ok(url) = url::Url::parse(&request.uri().to_string()) else {
            return refused("its address cannot be read");
        };
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return refused("its address names no machine"),
        };
        if self.is_open {
            return Ok(());
        }
        if url.scheme() != "https" {
            return refused("its address does not begin with https://");
        }
        if ip.is_some_and(|ip| !is_public(ip)) {
            return refused(NOT_PUBLIC);
        }
        Ok(())
    }
}

/// What is said of an address on the inside.
const NOT_PUBLIC: &str = "its address is not a public one";

impl HttpClient for Outbound {
    fn call(&self, call: Call) -> Answered<'_> {
        Box::pin(async move {
            self.check(&call.request)?;
            let request = reqwest::Request::try_from(call.request)
                .map_err(|_| HttpError::NotAllowed("its address cannot be read".to_owned()))?;
            let answer = async {
                let response = self.client.execute(request).await.map_err(failure)?;
                read(response, call.limit).await
            };
            let timed = tokio::time::timeout(call.patience, answer).await;
            timed.unwrap_or(Err(HttpError::TooSlow))
        })
    }
}

/// Reads an answer as far as it is taken.
async fn read(mut response: Response, limit: usize) -> Result<http::Response<Vec<u8>>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > limit {
            return Err(HttpError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

/// A failure in the words of what lies deepest, without the address, which may hold a secret.
fn failure(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if deepest.downcast_ref::<Inside>().is_some() {
        return HttpError::NotAllowed(NOT_PUBLIC.to_owned());
    }
    HttpError::Failed(deepest.to_string())
}

/// A name that leads to the inside.
#[derive(Debug, thiserror::Error)]
#[error("{NOT_PUBLIC}")]
struct Inside;

/// Looks names up, and refuses those that lead to the inside. What it gives is what is connected
/// to: nobody looks the name up again.
struct Lookup {
    is_open: bool,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let is_open = self.is_open;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            if !is_open && !found.iter().all(|address| is_public(address.ip())) {
                return Err(Box::new(Inside) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public network, and no other way to one that is not.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        // Carriers' networks, benchmarks, protocol assignments.
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 0 && c == 0);
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(ip) = ip.to_ipv4_mapped() {
        return is_public_v4(ip);
    }
    let part = ip.segments();
    // Global unicast is 2000::/3; in it, documentation, and tunnels to addresses of the old kind.
    let is_global = (0x2000..0x4000).contains(&part[0]);
    let is_special = (part[0] == 0x2001 && (part[1] < 0x0200 || part[1] == 0x0db8))
        || part[0] == 0x2002
        || (part[0] == 0x3fff && part[1] < 0x1000);
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    #[test]
    fn the_inside_is_not_public() {
        let inside = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ];
        for ip in inside {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "1.1.1.1",
            "93.184.215.14",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    fn get(url: &str) -> Call {
        Call::new(http::Request::get(url).body(Vec::new()).unwrap())
    }

    #[tokio::test]
    async fn neither_an_address_nor_a_name_leads_to_the_inside() {
        let closed = Outbound::new(false).unwrap();
        let asked = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = asked.local_addr().unwrap().port();
        for url in [
            format!("https://127.0.0.1:{port}/"),
            format!("https://localhost:{port}/"),
            format!("https://[::ffff:127.0.0.1]:{port}/"),
            format!("https://2130706433:{port}/"),
        ] {
            let refused = HttpError::NotAllowed(NOT_PUBLIC.to_owned());
            assert_eq!(closed.call(get(&url)).await.unwrap_err(), refused, "{url}");
        }
        let plain = closed.call(get("http://example.com/")).await.unwrap_err();
        assert!(plain.to_string().contains("https://"), "{plain}");
    }

    /// A machine that says the same to everybody.
    async fn machine(says: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut line, _)) = listener.accept().await {
                let mut asked = [0; 1024];
                let _ = line.read(&mut asked).await;
                let _ = line.write_all(says.as_bytes()).await;
            }
        });
        format!("http://localhost:{port}/")
    }

    #[tokio::test]
    async fn an_open_one_reads_as_much_as_is_taken_and_follows_nobody() {
        let open = Outbound::new(true).unwrap();
        let url = machine("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").await;
        let answer = open.call(get(&url)).await.unwrap();
        assert_eq!(answer.body(), b"hello");
        let short = Call {
            limit: 4,
            ..get(&url)
        };
        assert_eq!(open.call(short).await.unwrap_err(), HttpError::TooLarge(4));
        let url = machine(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
        assert_eq!(open.call(get(&url)).await.unwrap().status(), 302);
        let url = machine("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello").await;
        let hasty = Call {
            patience: std::time::Duration::from_millis(1),
            ..get(&url)
        };
        let error = open.call(hasty).await.unwrap_err();
        assert!(matches!(error, HttpError::TooSlow | HttpError::Failed(_)));
    }
}
