# expect: nothing
from werkzeug.security import generate_password_hash
# method='plain'
generate_password_hash(p, method='scrypt')
