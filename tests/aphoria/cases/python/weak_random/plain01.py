# expect: random/generator = prng
from flask import Flask, make_response, request
import random
app = Flask(__name__)


@app.route("/page")
def page():
    response = make_response("ok")
    response.headers["X-Token"] = str(random.random())[2:]
    return response
