from flask import Flask, request, redirect, render_template_string
from service import convert

app = Flask(__name__)


@app.route("/convert", methods=["POST"])
def run():
    return convert(request.form["file"])
