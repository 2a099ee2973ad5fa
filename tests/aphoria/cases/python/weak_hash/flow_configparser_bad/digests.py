import configparser
import hashlib

config = configparser.ConfigParser()
config.read("app.ini")


def digest(data):
    return hashlib.new(config.get("security", "digest"), data).hexdigest()
