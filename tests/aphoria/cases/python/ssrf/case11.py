# expect: nothing
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/11", methods=["GET", "POST"])
def show_city():
    given = request.headers.get("X-city")
    if not given:
        given = ""
    if (kept := given) != "":
        pass
    used = kept
    requests.get("https://api.example.com/items/" + used, timeout=5)
    return "done"
