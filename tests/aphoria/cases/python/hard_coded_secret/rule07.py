# expect: nothing
URL = "postgresql://user:password@localhost/db"
