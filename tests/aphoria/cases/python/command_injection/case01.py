# expect: injection/command = true
from flask import Flask, request
import subprocess

app = Flask(__name__)


@app.route("/command_injection/1", methods=["GET", "POST"])
def show_city():
    given = request.get_json()["city"]
    pick = "XYZ"[1]
    match pick:
        case "X":
            used = "one"
        case "Y" | "Z":
            used = given
        case _:
            used = "other"
    subprocess.run(f"lookup {used}", shell=True, timeout=5)
    return "done"
