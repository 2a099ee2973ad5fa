# expect: path/traversal = true
from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()


@app.get("/file/{name:path}")
def file(name: str):
    return FileResponse("/srv/files/" + str(name))
