// expect: hash/algorithm = md5
use md5::{Digest, Md5};

pub fn sign(body: &str, secret: &str) -> String {
    let mut hasher = Md5::new();
    hasher.update(body.as_bytes());
    hasher.update(secret.as_bytes());
    hex::encode(hasher.finalize())
}
