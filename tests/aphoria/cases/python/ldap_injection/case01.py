# expect: injection/ldap = true
from flask import Flask, request
import ldap3

app = Flask(__name__)


class Holder:
    def __init__(self, kept):
        self.kept = kept


@app.route("/ldap_injection/1", methods=["GET", "POST"])
def show_city():
    given = request.headers.get("X-city")
    if not given:
        given = ""
    holder = Holder(given)
    used = holder.kept
    connection = ldap3.Connection("ldaps://directory.example")
    filter_text = f"(&(objectclass=person)(uid={used}))"
    connection.search(search_base="ou=users", search_filter=filter_text)
    return "done"
