# expect: secret/hard_coded/private_key = true
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBq3kLrZt8pYwXnVs2Gd5fHjK7mQ9rTuWyEa4cOiPzNoAoGCCqGSM49\n"
