# expect: injection/sql = true
from flask import Flask, request
import psycopg2
import urllib.parse

app = Flask(__name__)


@app.route("/sql_injection/5", methods=["GET", "POST"])
def show_item():
    line = request.query_string.decode("utf-8")
    mark = "item="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    used = "".join(["a", given])
    with psycopg2.connect("dbname=a") as db:
        with db.cursor() as cursor:
            cursor.execute("DELETE FROM t WHERE name = '%s'" % used)
    return "done"
