from flask import Flask, request, redirect, render_template_string
import codec

app = Flask(__name__)


@app.route("/load", methods=["POST"])
def load():
    codec.load(request.get_data())
    return "loaded"
