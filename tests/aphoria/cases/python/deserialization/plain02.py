# expect: nothing
from flask import Flask, make_response, request
import yaml
app = Flask(__name__)


@app.route("/page")
def page():
    yaml.load(request.data, Loader=yaml.CSafeLoader)
    return "ok"
