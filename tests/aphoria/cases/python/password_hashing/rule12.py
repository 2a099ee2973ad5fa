# expect: nothing
import bcrypt
bcrypt.gensalt()
# bcrypt.gensalt(4)
