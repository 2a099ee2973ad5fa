from flask import Flask, request, redirect, render_template_string
from urls import local

app = Flask(__name__)


@app.route("/go")
def go():
    return redirect(local(request.args.get("next", "/")))
