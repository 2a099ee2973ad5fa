# expect: nothing
import ssl
ssl.create_default_context()
text = 'ssl.PROTOCOL_TLSv1'
