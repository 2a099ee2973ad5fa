# expect: password_hash/algorithm = plain
from werkzeug.security import generate_password_hash
generate_password_hash(p, method='plain')
