# expect: nothing
from flask import Flask, request
from flask import make_response

app = Flask(__name__)


@app.route("/xss/11", methods=["GET", "POST"])
def show_city():
    many = request.headers.getlist("X-city")
    given = many[0] if many else ""
    change = lambda text: "fixed"
    used = change(given)
    return make_response(f"<i>{used}</i>")
