# expect: xss/unescaped_output = true
from flask import Flask, request
from flask import make_response

app = Flask(__name__)


@app.route("/xss/4", methods=["GET", "POST"])
def show_topic():
    given = request.path.split("/")[-1]
    items = []
    items.append("first")
    items.append(given)
    items.append("last")
    items.pop(0)
    used = items[0]
    return make_response(f"<i>{used}</i>")
