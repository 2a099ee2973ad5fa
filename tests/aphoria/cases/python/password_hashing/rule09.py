# expect: password_hash/bcrypt/cost = 4
import bcrypt
bcrypt.hashpw(p, bcrypt.gensalt(4))
