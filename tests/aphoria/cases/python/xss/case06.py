# expect: xss/unescaped_output = true
from flask import Flask, request
import configparser

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/xss/6", methods=["GET", "POST"])
def show_city():
    wrapped = Wrapped(request)
    given = wrapped.field("city")
    conf = configparser.ConfigParser()
    conf.add_section("part")
    conf.set("part", "left", "fixed")
    conf.set("part", "right", given)
    used = conf.get("part", "right")
    return "<b>" + used + "</b>"
