# expect: nothing
import bcrypt
def f(n):
    return bcrypt.gensalt(n)
