// expect: tls/hostname_verification/enabled = false
use std::time::Duration;

pub fn client() -> reqwest::Result<reqwest::blocking::Client> {
    let builder = reqwest::blocking::Client::builder().timeout(Duration::from_secs(5));
    builder.danger_accept_invalid_hostnames(true).build()
}
