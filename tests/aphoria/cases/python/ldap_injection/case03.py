# expect: injection/ldap = true
from flask import Flask, request
import ldap3
import urllib.parse

app = Flask(__name__)


class Tool:
    @staticmethod
    def clean(text):
        return text.strip()


@app.route("/ldap_injection/3", methods=["GET", "POST"])
def show_choice():
    line = request.query_string.decode("utf-8")
    mark = "choice="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    used = Tool.clean(given)
    connection = ldap3.Connection("ldaps://directory.example")
    filter_text = f"(&(objectclass=person)(uid={used}))"
    connection.search(search_base="ou=users", search_filter=filter_text)
    return "done"
