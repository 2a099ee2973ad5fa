# expect: nothing
import argon2
argon2.PasswordHasher()
