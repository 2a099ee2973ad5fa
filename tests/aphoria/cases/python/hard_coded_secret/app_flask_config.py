# expect: secret/hard_coded/encryption_key = true; secret/hard_coded/connection_string = true
import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

basedir = os.path.abspath(os.path.dirname(__file__))


class Config:
    SECRET_KEY = "f3cfe9ed8fae309f02079dbf"
    SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:Gk3pZx81Lm@db.internal/shop"
    SQLALCHEMY_TRACK_MODIFICATIONS = False
    ITEMS_PER_PAGE = 20


def create_app():
    app = Flask(__name__)
    app.config.from_object(Config)
    return app
