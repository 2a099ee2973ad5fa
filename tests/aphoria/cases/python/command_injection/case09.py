# expect: nothing
from flask import Flask, request
import subprocess

app = Flask(__name__)


def take(text):
    copy = "fixed"
    if not text:
        copy = "empty"
    return copy


@app.route("/command_injection/9", methods=["GET", "POST"])
def show_topic():
    given = request.values.get("topic") or "nobody"
    used = take(given)
    command = ["sh", "-c"]
    command.append("lookup " + used)
    subprocess.check_output(command, timeout=5)
    return "done"
