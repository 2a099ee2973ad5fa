# expect: nothing
from flask import Flask, request
import psycopg2

app = Flask(__name__)


@app.route("/sql_injection/12", methods=["GET", "POST"])
def show_name():
    given = request.get_json()["name"]
    store = {"a": given, "b": "fixed"}
    used = store.get("b")
    with psycopg2.connect("dbname=a") as db:
        with db.cursor() as cursor:
            cursor.execute("DELETE FROM t WHERE name = '%s'" % used)
    return "done"
