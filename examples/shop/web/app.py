"""The shop's pages."""
import hashlib
import os
import sqlite3
import subprocess

import requests
from flask import Flask, request

app = Flask(__name__)
STOCK = os.environ.get("STOCK_URL", "https://stock.internal")
# The stock service has a certificate of its own; nobody got round to the CA file.
CHECK_STOCK = False


def database():
    return sqlite3.connect("shop.db")


@app.route("/find")
def find():
    wanted = request.args.get("q", "")
    query = "SELECT name, price FROM goods WHERE name LIKE '%" + wanted + "%'"
    return str(database().execute(query).fetchall())


@app.route("/goods/<int:number>")
def goods(number):
    # A parameter: whatever it is, it stays a value.
    return str(database().execute("SELECT * FROM goods WHERE id = ?", (number,)).fetchone())


@app.route("/stock")
def stock():
    return requests.get(STOCK + "/all", verify=CHECK_STOCK).text


@app.route("/label")
def label():
    name = request.args["name"]
    if name not in ("small", "large"):
        return "no such label", 404
    return subprocess.run("label-" + name, shell=True, capture_output=True).stdout


def etag(body):
    """Not a secret: it only tells versions of a page apart."""
    return hashlib.md5(body).hexdigest()


if __name__ == "__main__":
    app.run(host="0.0.0.0", debug=True)
