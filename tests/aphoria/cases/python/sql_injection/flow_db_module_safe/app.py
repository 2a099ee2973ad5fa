from flask import Flask, request, redirect, render_template_string
from db import find_user

app = Flask(__name__)


@app.route("/user")
def user():
    return str(find_user(request.args.get("name")))
