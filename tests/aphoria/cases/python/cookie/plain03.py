# expect: nothing
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route("/page")
def page():
    response = make_response("ok")
    flags = {"secure": True, "httponly": True}
    response.set_cookie("id", "1", **flags)
    return response
