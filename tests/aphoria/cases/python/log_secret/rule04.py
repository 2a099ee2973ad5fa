# expect: nothing
import logging
def f(password):
    logging.info('password given: %s', bool(password))
