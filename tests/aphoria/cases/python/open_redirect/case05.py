# expect: redirect/open = true
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


class Tool:
    @staticmethod
    def clean(text):
        return text.strip()


@app.route("/open_redirect/5", methods=["GET", "POST"])
def show_item():
    given = request.headers.get("X-item")
    if not given:
        given = ""
    used = Tool.clean(given)
    return redirect(used)
