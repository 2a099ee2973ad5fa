# expect: injection/ldap = true
from flask import Flask, request
from urllib.parse import unquote_plus
import ldap3

app = Flask(__name__)


class Step:
    def run(self, text):
        made = text
        if len(made) > 1:
            made = made + "!"
        return made


@app.route("/ldap_injection/0", methods=["GET", "POST"])
def show_item():
    given = unquote_plus(request.cookies.get("item", "none"))
    used = Step().run(given)
    server = ldap3.Server("ldaps://directory.example")
    connection = ldap3.Connection(server, auto_bind=True)
    connection.search("ou=users", "(uid=" + used + ")", attributes=["cn"])
    return "done"
