# expect: deserialization/python/yaml = true
import yaml


def read(path):
    with open(path) as source:
        return yaml.load(source)
