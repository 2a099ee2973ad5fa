# expect: ssrf/untrusted_target = true
import httpx
from fastapi import FastAPI, Query
from pydantic import BaseModel

app = FastAPI()


class Job(BaseModel):
    url: str
    count: int


@app.post("/fetch")
async def fetch(job: Job):
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.get(job.url)
        return answer.text
