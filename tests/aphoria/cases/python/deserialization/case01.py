# expect: deserialization/python/pickle = true
from flask import Flask, request
import base64
import collections
import pickle

app = Flask(__name__)


@app.route("/deserialization/1", methods=["GET", "POST"])
def show_city():
    given = request.values.get("city") or "nobody"
    queue = collections.deque()
    queue.append(given)
    queue.append("other")
    used = queue.popleft()
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
