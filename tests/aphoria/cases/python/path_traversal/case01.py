# expect: path/traversal = true
from flask import Flask, request
import codecs

app = Flask(__name__)


@app.route("/path_traversal/1", methods=["GET", "POST"])
def show_city():
    given = request.headers.get("X-city")
    if not given:
        given = ""
    try:
        used = given
    except ValueError:
        used = "y"
    finally:
        done = True
    with codecs.open(f"/srv/data/{used}", "r", "utf-8") as source:
        source.read()
    return "done"
