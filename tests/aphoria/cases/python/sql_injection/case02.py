# expect: injection/sql = true
from flask import Flask, request
from urllib.parse import unquote_plus
import psycopg2

app = Flask(__name__)


@app.route("/sql_injection/2", methods=["GET", "POST"])
def show_name():
    given = unquote_plus(request.cookies.get("name", "none"))
    used = f"<{given}>"
    with psycopg2.connect("dbname=a") as db:
        with db.cursor() as cursor:
            cursor.execute("DELETE FROM t WHERE name = '%s'" % used)
    return "done"
