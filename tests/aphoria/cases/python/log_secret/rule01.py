# expect: log/secret = true
import logging
log = logging.getLogger(__name__)
def f(c):
    log.debug('key %s', c.api_key)
