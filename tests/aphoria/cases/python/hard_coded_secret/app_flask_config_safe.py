# expect: nothing
import os

from flask import Flask


class Config:
    SECRET_KEY = os.environ["SECRET_KEY"]
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL")
    WTF_CSRF_SECRET_KEY = os.urandom(32)
    PASSWORD_RESET_TEMPLATE = "auth/password_reset.html"
    PASSWORD_HASHERS = ["argon2", "bcrypt"]


def create_app():
    app = Flask(__name__)
    app.config.from_object(Config)
    return app
