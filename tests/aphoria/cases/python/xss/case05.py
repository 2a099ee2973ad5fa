# expect: xss/unescaped_output = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/xss/5", methods=["GET", "POST"])
def show_item():
    given = request.get_json()["item"]
    store = {}
    store["left"] = "fixed"
    store["right"] = given
    used = store["right"]
    page = "<html>"
    page += f"<p>{used}</p>"
    page += "</html>"
    return page
