# expect: nothing
PREFIX = "ghp_"
PATTERN = r"ghp_[A-Za-z0-9]{36}"
