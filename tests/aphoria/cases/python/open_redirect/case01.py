# expect: redirect/open = true
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


def take(text):
    copy = text
    return copy


@app.route("/open_redirect/1", methods=["GET", "POST"])
def show_city():
    given = request.values.get("city") or "nobody"
    used = take(given)
    return redirect(used)
