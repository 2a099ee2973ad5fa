# expect: nothing
from flask import Flask, request
import subprocess

app = Flask(__name__)


@app.route("/command_injection/13", methods=["GET", "POST"])
def show_choice():
    given = request.path.split("/")[-1]
    used = ""
    for letter in given:
        used += letter
    subprocess.run(["lookup", "--name", used], timeout=5)
    return "done"
