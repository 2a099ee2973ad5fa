# expect: nothing
from flask import Flask, request
import ldap3

app = Flask(__name__)


@app.route("/ldap_injection/9", methods=["GET", "POST"])
def show_topic():
    given = ""
    for name in request.form.keys():
        if "topic" in request.form.getlist(name):
            given = name
            break
    used = str(int(given))
    connection = ldap3.Connection("ldaps://directory.example")
    filter_text = f"(&(objectclass=person)(uid={used}))"
    connection.search(search_base="ou=users", search_filter=filter_text)
    return "done"
