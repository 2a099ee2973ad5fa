# expect: cookie/http_only = false
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route("/page")
def page():
    response = make_response("ok")
    response.set_cookie("id", "1", secure=True, httponly=False)
    return response
