from fastapi import FastAPI

from .tools import ping

app = FastAPI()


@app.get("/ping")
def check(host: str):
    return {"code": ping(host)}
