# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import subprocess

app = Flask(__name__)


class Shape:
    def turn(self, text):
        return text


class Flat(Shape):
    def turn(self, text):
        return "flat"


@app.route("/command_injection/12", methods=["GET", "POST"])
def show_name():
    given = unquote_plus(request.cookies.get("name", "none"))
    used = Flat().turn(given)
    subprocess.run(f"lookup {used}", shell=True, timeout=5)
    return "done"
