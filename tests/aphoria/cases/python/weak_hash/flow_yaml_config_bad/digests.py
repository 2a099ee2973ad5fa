import hashlib
import yaml

with open("config.yml") as handle:
    config = yaml.safe_load(handle)


def digest(data):
    return hashlib.new(config["digest"]["name"], data).hexdigest()
