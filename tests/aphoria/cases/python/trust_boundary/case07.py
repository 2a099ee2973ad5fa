# expect: nothing
from flask import Flask, request
import configparser
import flask

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/trust_boundary/7", methods=["GET", "POST"])
def show_name():
    given = read_field("name")
    conf = configparser.ConfigParser()
    conf.add_section("part")
    conf.set("part", "left", "fixed")
    conf.set("part", "right", given)
    used = conf.get("part", "left")
    flask.session[used] = "chosen"
    return "done"
