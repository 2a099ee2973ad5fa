// expect: secret/hard_coded/password = true
pub struct Smtp {
    pub user: &'static str,
    pub host: &'static str,
}

pub const SMTP: Smtp = Smtp { user: "robot", host: "mail.internal" };
const SMTP_PASSWORD: &str = "Nw4kT8zRq1!";

pub fn password() -> &'static str {
    SMTP_PASSWORD
}
