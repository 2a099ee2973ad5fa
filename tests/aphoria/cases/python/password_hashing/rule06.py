# expect: nothing
import argon2
argon2.PasswordHasher(memory_cost=65536)
