from flask import Flask, request, redirect, render_template_string
from params import value_of

app = Flask(__name__)


@app.route("/calc")
def calc():
    return str(eval(value_of("expression")))
