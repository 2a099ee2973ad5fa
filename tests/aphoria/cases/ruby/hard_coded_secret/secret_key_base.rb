# expect: secret/hard_coded/encryption_key = true
Rails.application.config.secret_key_base = "9f2c41d8e07ab35610cfde82b4a7196353be08d1c2f74a6e"
