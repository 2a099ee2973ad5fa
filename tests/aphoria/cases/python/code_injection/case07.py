# expect: nothing
from flask import Flask, request

app = Flask(__name__)


@app.route("/code_injection/7", methods=["GET", "POST"])
def show_name():
    given = request.get_json()["name"]
    store = {"a": given, "b": "fixed"}
    used = store.get("b")
    exec(used)
    return "done"
