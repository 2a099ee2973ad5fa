# expect: nothing
from flask import Flask, request
import ldap3
import urllib.parse

app = Flask(__name__)


@app.route("/ldap_injection/8", methods=["GET", "POST"])
def show_choice():
    line = request.query_string.decode("utf-8")
    mark = "choice="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    used = given
    used = "fixed"
    server = ldap3.Server("ldaps://directory.example")
    connection = ldap3.Connection(server, auto_bind=True)
    connection.search("ou=users", "(uid=" + used + ")", attributes=["cn"])
    return "done"
