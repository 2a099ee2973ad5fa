# expect: secret/hard_coded/password = true
from flask import Flask, request, abort

app = Flask(__name__)
ADMIN_USER = "root"
ADMIN_PASSWORD = "Letmein!2026"


@app.post("/admin")
def admin():
    if request.form["password"] != ADMIN_PASSWORD:
        abort(403)
    return "ok"
