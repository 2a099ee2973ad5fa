# expect: nothing
from flask import Flask, request
from ldap3.utils.conv import escape_filter_chars
import ldap3

app = Flask(__name__)


def fill(into, text):
    into.append(text)


@app.route("/ldap_injection/11", methods=["GET", "POST"])
def show_city():
    given = request.form["city"]
    items = []
    fill(items, given)
    used = items[0]
    connection = ldap3.Connection("ldaps://directory.example")
    connection.search("ou=users", "(uid=" + escape_filter_chars(used) + ")")
    return "done"
