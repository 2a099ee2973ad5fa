# expect: xml/external_entities/enabled = true
from flask import Flask, make_response, request
import io
import xml.sax
app = Flask(__name__)


@app.route("/page")
def page():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.parse(io.BytesIO(request.data))
    return "ok"
