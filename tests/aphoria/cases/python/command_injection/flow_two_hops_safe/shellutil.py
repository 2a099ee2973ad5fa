import os


def run_line(line):
    return str(os.system(line))
