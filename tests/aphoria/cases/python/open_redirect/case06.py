# expect: nothing
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


@app.route("/open_redirect/6", methods=["GET", "POST"])
def show_city():
    given = ""
    for name in request.form.keys():
        if "city" in request.form.getlist(name):
            given = name
            break
    used = str(int(given))
    return redirect(used)
