# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus

app = Flask(__name__)


class Shape:
    def turn(self, text):
        return text


class Flat(Shape):
    def turn(self, text):
        return "flat"


@app.route("/xss/9", methods=["GET", "POST"])
def show_topic():
    given = unquote_plus(request.cookies.get("topic", "none"))
    used = Flat().turn(given)
    page = "<html>"
    page += f"<p>{used}</p>"
    page += "</html>"
    return page
