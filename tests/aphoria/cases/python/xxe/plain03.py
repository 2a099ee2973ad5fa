# expect: nothing
from flask import Flask, make_response, request
import defusedxml.ElementTree
app = Flask(__name__)


@app.route("/page")
def page():
    defusedxml.ElementTree.fromstring(request.data)
    return "ok"
