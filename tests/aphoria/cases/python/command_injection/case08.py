# expect: nothing
from flask import Flask, request
import configparser
import subprocess

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/command_injection/8", methods=["GET", "POST"])
def show_choice():
    given = read_field("choice")
    conf = configparser.ConfigParser()
    conf.add_section("part")
    conf.set("part", "left", "fixed")
    conf.set("part", "right", given)
    used = conf.get("part", "left")
    subprocess.run(f"lookup {used}", shell=True, timeout=5)
    return "done"
