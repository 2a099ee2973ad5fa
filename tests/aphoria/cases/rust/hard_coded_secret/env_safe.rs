// expect: nothing
use std::env;

const PASSWORD_FIELD: &str = "password";

pub fn password() -> Result<String, env::VarError> {
    env::var("SMTP_PASSWORD")
}

pub fn describe() -> &'static str {
    "postgres://user:password@host/db"
}
