# expect: nothing
import logging
def f(user, password):
    # logging.info(password)
    logging.info('password of %s changed', user)
