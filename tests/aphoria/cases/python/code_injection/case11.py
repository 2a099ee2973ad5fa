# expect: nothing
from flask import Flask, request
import ast

app = Flask(__name__)


class Step:
    def run(self, text):
        made = text
        if len(made) > 1:
            made = made + "!"
        return made


@app.route("/code_injection/11", methods=["GET", "POST"])
def show_city():
    given = request.get_json()["city"]
    used = Step().run(given)
    ast.literal_eval(used)
    return "done"
