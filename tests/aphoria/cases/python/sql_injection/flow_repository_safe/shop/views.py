from flask import Flask, request, redirect, render_template_string
from shop.repository import UserRepository

users = UserRepository()

app = Flask(__name__)


@app.route("/user/<name>")
def user(name):
    return str(users.by_name(name))
