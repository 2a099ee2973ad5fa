from flask import Flask, request, redirect, render_template_string
from fetching import Fetcher

app = Flask(__name__)


@app.route("/proxy")
def proxy():
    fetcher = Fetcher("https://api.example.com/")
    return fetcher.get(request.args.get("to"))
