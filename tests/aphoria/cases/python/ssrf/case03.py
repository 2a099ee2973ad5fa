# expect: ssrf/untrusted_target = true
from flask import Flask, request
import urllib.request

app = Flask(__name__)


@app.route("/ssrf/3", methods=["GET", "POST"])
def show_choice():
    given = request.path.split("/")[-1]
    used = " ".join([part.upper() for part in given.split(",")])
    urllib.request.urlopen("https://" + used + "/status", timeout=5)
    return "done"
