# expect: nothing
from flask import Flask, make_response, request
import lxml.etree
app = Flask(__name__)


@app.route("/page")
def page():
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
    lxml.etree.fromstring(request.data, parser)
    return "ok"
