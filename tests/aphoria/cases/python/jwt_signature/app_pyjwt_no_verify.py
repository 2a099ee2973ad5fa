# expect: jwt/signature/verified = false
import jwt
from flask import request


def current_user():
    header = request.headers.get("Authorization", "")
    claims = jwt.decode(header.replace("Bearer ", ""), options={"verify_signature": False})
    return claims["sub"]
