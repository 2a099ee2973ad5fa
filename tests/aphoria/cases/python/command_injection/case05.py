# expect: injection/command = true
from flask import Flask, request
import base64
import subprocess

app = Flask(__name__)


@app.route("/command_injection/5", methods=["GET", "POST"])
def show_item():
    given = request.args.get("item", "")
    coded = base64.b64encode(given.encode("utf-8"))
    used = base64.b64decode(coded).decode("utf-8")
    subprocess.run(f"lookup {used}", shell=True, timeout=5)
    return "done"
