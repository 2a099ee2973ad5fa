# expect: path/traversal = true
from flask import Flask, request
import codecs
import io

app = Flask(__name__)


@app.route("/path_traversal/5", methods=["GET", "POST"])
def show_item():
    given = request.path.split("/")[-1]
    out = io.StringIO()
    out.write("a")
    out.write(given)
    used = out.getvalue()
    with codecs.open(f"/srv/data/{used}", "r", "utf-8") as source:
        source.read()
    return "done"
