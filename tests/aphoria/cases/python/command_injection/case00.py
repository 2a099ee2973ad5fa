# expect: injection/command = true
from flask import Flask, request
import os

app = Flask(__name__)


@app.route("/command_injection/0", methods=["GET", "POST"])
def show_item():
    given = request.path.split("/")[-1]
    n = 196
    if 500 // 42 + n > 200:
        used = given
    else:
        used = "never"
    os.system("lookup " + used)
    return "done"
