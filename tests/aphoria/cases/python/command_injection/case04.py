# expect: injection/command = true
from flask import Flask, request
import configparser
import os

app = Flask(__name__)


@app.route("/command_injection/4", methods=["GET", "POST"])
def show_topic():
    given = request.values.get("topic") or "nobody"
    conf = configparser.ConfigParser()
    conf.add_section("part")
    conf.set("part", "left", "fixed")
    conf.set("part", "right", given)
    used = conf.get("part", "right")
    os.system("lookup " + used)
    return "done"
