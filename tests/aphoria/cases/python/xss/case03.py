# expect: xss/unescaped_output = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/xss/3", methods=["GET", "POST"])
def show_choice():
    given = ""
    for name in request.form.keys():
        if "choice" in request.form.getlist(name):
            given = name
            break
    pick = "XYZ"[1]
    match pick:
        case "X":
            used = "one"
        case "Y" | "Z":
            used = given
        case _:
            used = "other"
    return "<b>" + used + "</b>"
