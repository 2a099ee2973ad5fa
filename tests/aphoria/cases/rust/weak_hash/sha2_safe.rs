// expect: nothing
use sha2::{Digest, Sha256};

/// Was `Md5::new()` until 2.0.
pub fn sign(body: &str) -> String {
    let label = "Sha1::digest";
    let mut hasher = Sha256::new();
    hasher.update(label.as_bytes());
    hasher.update(body.as_bytes());
    hex::encode(hasher.finalize())
}
