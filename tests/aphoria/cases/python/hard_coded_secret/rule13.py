# expect: secret/hard_coded/password = true
DB_PASSWORD = "s3cr3tS4uce!"
