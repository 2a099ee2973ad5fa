# expect: nothing
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


@app.route("/open_redirect/7", methods=["GET", "POST"])
def show_name():
    given = request.path.split("/")[-1]
    used = "a"
    if given == "alpha" or given == "beta":
        used = "chosen"
    return redirect(used)
