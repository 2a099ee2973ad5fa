# expect: nothing
password = "changeme123"
password = "${DB_PASSWORD_1}"
# password = "s3cr3tS4uce!"
labels = {"password": "Passwort 1 eingeben"}
