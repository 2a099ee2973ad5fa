# expect: nothing
from flask import Flask, request
import ldap3

app = Flask(__name__)


@app.route("/ldap_injection/10", methods=["GET", "POST"])
def show_item():
    given = request.path.split("/")[-1]
    used = "a"
    if given == "alpha" or given == "beta":
        used = "chosen"
    server = ldap3.Server("ldaps://directory.example")
    connection = ldap3.Connection(server, auto_bind=True)
    connection.search("ou=users", "(uid=" + used + ")", attributes=["cn"])
    return "done"
