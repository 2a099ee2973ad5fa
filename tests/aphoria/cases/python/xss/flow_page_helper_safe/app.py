from flask import Flask, request, redirect, render_template_string
from pages import page

app = Flask(__name__)


@app.route("/hello")
def hello():
    return page(request.args.get("name", ""))
