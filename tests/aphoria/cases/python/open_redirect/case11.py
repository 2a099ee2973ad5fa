# expect: nothing
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/open_redirect/11", methods=["GET", "POST"])
def show_city():
    wrapped = Wrapped(request)
    given = wrapped.field("city")
    try:
        used = given
    except ValueError:
        used = "y"
    finally:
        done = True
    return redirect("/find?text=" + used)
