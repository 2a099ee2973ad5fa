# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import flask

app = Flask(__name__)


class Shape:
    def turn(self, text):
        return text


class Flat(Shape):
    def turn(self, text):
        return "flat"


@app.route("/trust_boundary/11", methods=["GET", "POST"])
def show_city():
    given = unquote_plus(request.cookies.get("city", "none"))
    used = Flat().turn(given)
    flask.session[used] = "chosen"
    return "done"
