# expect: xss/unescaped_output = true
from flask import Flask, request
from flask import make_response

app = Flask(__name__)


@app.route("/xss/1", methods=["GET", "POST"])
def show_city():
    many = request.headers.getlist("X-city")
    given = many[0] if many else ""
    n = 17
    used = given if n * 3 - 40 > 5 else "never"
    return make_response(f"<i>{used}</i>")
