# expect: cors/allow_origin = *
from flask_cors import CORS
CORS(app, origins='*')
