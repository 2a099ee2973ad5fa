from flask import Flask

import conf

app = Flask(__name__)

if __name__ == "__main__":
    app.run(host=conf.HOST, debug=conf.IS_VERBOSE)
