from flask import request
from flask.views import MethodView


class BaseView(MethodView):
    def param(self, name):
        return request.args.get(name)
