# expect: nothing
import argon2
# memory_cost=1024
argon2.PasswordHasher(memory_cost=m)
