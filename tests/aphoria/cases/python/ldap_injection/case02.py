# expect: injection/ldap = true
from flask import Flask, request
import ldap3

app = Flask(__name__)


class Shape:
    def turn(self, text):
        return text


class Round(Shape):
    pass


@app.route("/ldap_injection/2", methods=["GET", "POST"])
def show_name():
    many = request.headers.getlist("X-name")
    given = many[0] if many else ""
    used = Round().turn(given)
    server = ldap3.Server("ldaps://directory.example")
    connection = ldap3.Connection(server, auto_bind=True)
    connection.search("ou=users", "(uid=" + used + ")", attributes=["cn"])
    return "done"
