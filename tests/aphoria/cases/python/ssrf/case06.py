# expect: nothing
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/6", methods=["GET", "POST"])
def show_city():
    given = request.values.get("city") or "nobody"
    slots = ["a", "b", "c"]
    slots[1] = given
    used = slots[2]
    requests.get(used, timeout=5)
    return "done"
