# expect: nothing
if text.startswith("-----BEGIN RSA PRIVATE KEY-----"):
    pass
