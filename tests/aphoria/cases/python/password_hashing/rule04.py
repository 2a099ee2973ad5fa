# expect: password_hash/argon2/memory_kib = 1024
from argon2 import PasswordHasher
PasswordHasher(memory_cost=1024)
