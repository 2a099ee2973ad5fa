# expect: ssrf/untrusted_target = true
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/2", methods=["GET", "POST"])
def show_name():
    given = ""
    for name in request.form.keys():
        if "name" in request.form.getlist(name):
            given = name
            break
    used = given.split(" ")[0]
    requests.get(used, timeout=5)
    return "done"
