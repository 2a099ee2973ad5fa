# expect: redirect/open = true
from flask import Flask, request
from flask import redirect
from urllib.parse import unquote_plus

app = Flask(__name__)


class Shape:
    def turn(self, text):
        return text


class Round(Shape):
    pass


@app.route("/open_redirect/4", methods=["GET", "POST"])
def show_topic():
    given = unquote_plus(request.cookies.get("topic", "none"))
    used = Round().turn(given)
    return redirect(used)
