# expect: injection/ldap = true
from flask import Flask, request
import ldap3

app = Flask(__name__)


@app.route("/ldap_injection/4", methods=["GET", "POST"])
def show_topic():
    given = ""
    for name in request.form.keys():
        if "topic" in request.form.getlist(name):
            given = name
            break
    used = (given + "_tail")[0:len(given)]
    server = ldap3.Server("ldaps://directory.example")
    connection = ldap3.Connection(server, auto_bind=True)
    connection.search("ou=users", "(uid=" + used + ")", attributes=["cn"])
    return "done"
