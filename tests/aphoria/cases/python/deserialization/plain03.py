# expect: nothing
from flask import Flask, make_response, request
import yaml
app = Flask(__name__)


@app.route("/page")
def page():
    yaml.safe_load(request.data)
    return "yaml.load is not used"
