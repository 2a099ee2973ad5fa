# expect: ssrf/untrusted_target = true
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/4", methods=["GET", "POST"])
def show_topic():
    given = request.get_json()["topic"]
    change = lambda text: text.strip()
    used = change(given)
    requests.get(used, timeout=5)
    return "done"
