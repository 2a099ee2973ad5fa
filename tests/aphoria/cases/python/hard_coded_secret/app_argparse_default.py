# expect: secret/hard_coded/password = true
import argparse


def parse():
    parser = argparse.ArgumentParser(description="Loads the day's orders.")
    parser.add_argument("--host", default="db.internal")
    parser.add_argument("--user", default="loader")
    parser.add_argument("--password", default="Mw5tRz8Qx2", help="of the database")
    return parser.parse_args()
