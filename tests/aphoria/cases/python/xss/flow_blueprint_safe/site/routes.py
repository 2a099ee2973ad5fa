from flask import Blueprint, request

from .render import show

bp = Blueprint("site", __name__)


@bp.route("/title")
def title():
    return show(request.args["title"])
