# expect: secret/hard_coded/connection_string = true
from pymongo import MongoClient

client = MongoClient(
    "mongodb+srv://catalog:pY8wLz3Rk6@cluster0.ab1cd.mongodb.net/catalog?retryWrites=true",
    serverSelectionTimeoutMS=3000,
)
