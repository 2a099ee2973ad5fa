import json
import pickle


def load(text):
    return json.loads(text)
