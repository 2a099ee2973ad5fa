// expect: nothing
use std::net::TcpListener;

/// Not 0.0.0.0:7000: the proxy is on this host.
pub fn listen() -> std::io::Result<TcpListener> {
    TcpListener::bind("127.0.0.1:7000")
}
