# expect: secret/hard_coded/password = true
import smtplib
from email.message import EmailMessage


def notify(to, text):
    message = EmailMessage()
    message["To"] = to
    message.set_content(text)
    with smtplib.SMTP_SSL("mail.internal", 465, timeout=10) as server:
        server.login("robot@shop.example", "Tz6kVp1Xq8")
        server.send_message(message)
