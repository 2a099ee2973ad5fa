# expect: nothing
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI(title="orders")
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://shop.example.net"],
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)
