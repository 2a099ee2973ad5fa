// expect: bind/address = any
use std::net::TcpListener;

pub fn listen() -> std::io::Result<TcpListener> {
    TcpListener::bind("0.0.0.0:7000")
}
