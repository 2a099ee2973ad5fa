# expect: injection/ldap = true
from flask import Flask, request
import ldap3

app = Flask(__name__)


@app.route("/ldap_injection/5", methods=["GET", "POST"])
def show_item():
    given = request.path.split("/")[-1]
    used = given.replace("q", "r").lower()
    connection = ldap3.Connection("ldaps://directory.example")
    filter_text = f"(&(objectclass=person)(uid={used}))"
    connection.search(search_base="ou=users", search_filter=filter_text)
    return "done"
