import os
import socket

from dotenv import load_dotenv

load_dotenv()
server = socket.socket()
server.bind((os.environ["LISTEN"], 9000))
