import hashlib
import json

with open("config.json") as handle:
    config = json.load(handle)


def digest(data):
    return hashlib.new(config["digest"]["name"], data).hexdigest()
