# expect: nothing
import tempfile


def write(data):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as out:
        out.write(data)
