// expect: nothing
use std::time::Duration;

/// Adds our CA; `danger_accept_invalid_certs(true)` would accept anybody's.
pub fn client(pem: &[u8]) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .add_root_certificate(reqwest::Certificate::from_pem(pem)?)
        .danger_accept_invalid_certs(false)
        .build()
}
