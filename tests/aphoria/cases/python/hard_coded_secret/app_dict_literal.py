# expect: secret/hard_coded/password = true
import ftplib

SERVERS = {
    "reports": {"host": "ftp.internal", "user": "reports", "password": "Mw5tRz8Qx2"},
}


def upload(name, stream):
    server = SERVERS["reports"]
    with ftplib.FTP_TLS(server["host"], timeout=30) as ftp:
        ftp.login(server["user"], server["password"])
        ftp.storbinary("STOR " + name, stream)
