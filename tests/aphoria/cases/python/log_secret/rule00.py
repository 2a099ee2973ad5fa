# expect: log/secret = true
import logging
def f(user, password):
    logging.info('login %s %s', user, password)
