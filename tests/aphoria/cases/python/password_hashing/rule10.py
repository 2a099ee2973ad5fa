# expect: password_hash/bcrypt/cost = 5
import bcrypt
bcrypt.gensalt(rounds=5)
