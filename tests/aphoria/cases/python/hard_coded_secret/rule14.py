# expect: secret/hard_coded/password = true
import smtplib
s = smtplib.SMTP("mail.corp.io")
s.login("app", "Zk3QmT7w")
