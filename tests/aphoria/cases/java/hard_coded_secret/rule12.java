// expect: secret/hard_coded/password = true
class A { private static final String DB_PASSWORD = "s3cr3tS4uce!"; }
