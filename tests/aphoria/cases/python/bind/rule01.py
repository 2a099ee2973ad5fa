# expect: bind/address = any
import socket
s = socket.socket()
s.bind(('0.0.0.0', 80))
