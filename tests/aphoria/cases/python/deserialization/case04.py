# expect: deserialization/python/pickle = true
from flask import Flask, request
from urllib.parse import unquote_plus
import base64
import pickle

app = Flask(__name__)


def first(text):
    return "<" + text


def second(text):
    return text + ">"


@app.route("/deserialization/4", methods=["GET", "POST"])
def show_topic():
    given = unquote_plus(request.cookies.get("topic", "none"))
    used = second(first(given))
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
