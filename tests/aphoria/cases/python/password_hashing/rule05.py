# expect: password_hash/argon2/memory_kib = 512
import argon2
argon2.PasswordHasher(time_cost=1, memory_cost=512)
