from flask import Flask, request, redirect, render_template_string
from helpers import files

app = Flask(__name__)


@app.route("/get")
def get():
    name = files.safe_name(request.args["file"])
    with open("/srv/data/" + name) as handle:
        return handle.read()
