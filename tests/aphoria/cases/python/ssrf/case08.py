# expect: nothing
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/8", methods=["GET", "POST"])
def show_choice():
    given = request.form["choice"]
    pair = ("fixed", given)
    left, right = pair
    used = left
    requests.get(used, timeout=5)
    return "done"
