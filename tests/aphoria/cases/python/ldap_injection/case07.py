# expect: nothing
from flask import Flask, request
import ldap3

app = Flask(__name__)


@app.route("/ldap_injection/7", methods=["GET", "POST"])
def show_name():
    many = request.headers.getlist("X-name")
    given = many[0] if many else ""
    change = lambda text: "fixed"
    used = change(given)
    connection = ldap3.Connection("ldaps://directory.example")
    filter_text = f"(&(objectclass=person)(uid={used}))"
    connection.search(search_base="ou=users", search_filter=filter_text)
    return "done"
