# expect: password_hash/algorithm = md5
PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']
