// expect: hash/algorithm = sha1
use sha1::{Digest, Sha1};

pub fn fingerprint(der: &[u8]) -> String {
    hex::encode(Sha1::digest(der))
}
