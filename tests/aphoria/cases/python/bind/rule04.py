# expect: nothing
import socket
s = socket.socket()
s.bind(('127.0.0.1', 80))
ANY = '0.0.0.0'
