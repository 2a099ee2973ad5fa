# expect: temp_file/insecure = true
from tempfile import mktemp


def write(data):
    with open(mktemp(".csv"), "w") as out:
        out.write(data)
