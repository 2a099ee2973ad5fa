# expect: nothing
from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()


@app.get("/file/{name:path}")
def file(name: int):
    return FileResponse("/srv/files/" + str(name))
