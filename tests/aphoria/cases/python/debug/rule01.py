# expect: debug/enabled = true
from fastapi import FastAPI
app = FastAPI(debug=True)
