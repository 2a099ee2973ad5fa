# expect: injection/command = true
from flask import Flask, request
import subprocess

app = Flask(__name__)


def take(text):
    copy = text
    return copy


@app.route("/command_injection/6", methods=["GET", "POST"])
def show_city():
    given = request.form["city"]
    used = take(given)
    command = ["sh", "-c"]
    command.append("lookup " + used)
    subprocess.check_output(command, timeout=5)
    return "done"
