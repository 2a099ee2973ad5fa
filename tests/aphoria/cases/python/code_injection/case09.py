# expect: nothing
from flask import Flask, request
import configparser

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/code_injection/9", methods=["GET", "POST"])
def show_topic():
    given = read_field("topic")
    conf = configparser.ConfigParser()
    conf.add_section("part")
    conf.set("part", "left", "fixed")
    conf.set("part", "right", given)
    used = conf.get("part", "left")
    exec(used)
    return "done"
