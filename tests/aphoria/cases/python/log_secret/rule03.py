# expect: nothing
import logging
def f(a, t):
    logging.info('valid: %s', a.validate_access_token(t))
