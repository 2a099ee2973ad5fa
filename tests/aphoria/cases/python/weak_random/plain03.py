# expect: nothing
import random

strong = random.SystemRandom()


def token():
    return strong.randrange(10**12)
