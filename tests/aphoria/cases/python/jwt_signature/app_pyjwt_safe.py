# expect: nothing
import jwt
from flask import current_app, request


def current_user():
    header = request.headers.get("Authorization", "")
    claims = jwt.decode(
        header.replace("Bearer ", ""),
        current_app.config["JWT_PUBLIC_KEY"],
        algorithms=["RS256"],
        audience="orders",
        options={"verify_signature": True, "require": ["exp", "aud"]},
    )
    return claims["sub"]
