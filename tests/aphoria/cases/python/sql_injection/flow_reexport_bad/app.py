from flask import Flask, request, redirect, render_template_string
from data import run

app = Flask(__name__)


@app.route("/items")
def items():
    kind = request.args.get("kind")
    return str(run("select * from item where kind = '" + kind + "'"))
