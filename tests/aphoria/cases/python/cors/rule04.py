# expect: nothing
from flask_cors import CORS
CORS(app, origins=['https://a.corp.io'])
# CORS(app, origins='*')
