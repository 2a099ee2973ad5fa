# expect: nothing
import argparse
import getpass


def parse():
    parser = argparse.ArgumentParser(description="Loads the day's orders.")
    parser.add_argument("--host", default="db.internal")
    parser.add_argument("--password", default=None, help="asked for where it is not given")
    parser.add_argument("--password-file", default="/run/secrets/db_password1")
    given = parser.parse_args()
    given.password = given.password or getpass.getpass("Password for loader: ")
    return given
