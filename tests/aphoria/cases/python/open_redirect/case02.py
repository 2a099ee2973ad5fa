# expect: redirect/open = true
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


class Step:
    def run(self, text):
        made = text
        if len(made) > 1:
            made = made + "!"
        return made


@app.route("/open_redirect/2", methods=["GET", "POST"])
def show_name():
    given = request.args.get("name", "")
    used = Step().run(given)
    return redirect(used)
