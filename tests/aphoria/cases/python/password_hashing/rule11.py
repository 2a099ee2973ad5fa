# expect: nothing
import bcrypt
bcrypt.gensalt(12)
