# expect: nothing
from flask import Flask, request
import ldap3

app = Flask(__name__)


@app.route("/ldap_injection/6", methods=["GET", "POST"])
def show_city():
    given = request.headers.get("X-city")
    if not given:
        given = ""
    allowed = ("alpha", "beta")
    used = " ".join([part for part in given.split(",") if part in allowed])
    server = ldap3.Server("ldaps://directory.example")
    connection = ldap3.Connection(server, auto_bind=True)
    connection.search("ou=users", "(uid=" + used + ")", attributes=["cn"])
    return "done"
