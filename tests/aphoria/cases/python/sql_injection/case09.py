# expect: nothing
from flask import Flask, request
import psycopg2
import urllib.parse

app = Flask(__name__)


@app.route("/sql_injection/9", methods=["GET", "POST"])
def show_topic():
    line = request.query_string.decode("utf-8")
    mark = "topic="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    letters = "XYZ"
    pick = letters[0]
    match pick:
        case "X":
            used = "one"
        case "Y":
            used = given
        case _:
            used = given + "other"
    with psycopg2.connect("dbname=a") as db:
        with db.cursor() as cursor:
            cursor.execute("DELETE FROM t WHERE name = '%s'" % used)
    return "done"
