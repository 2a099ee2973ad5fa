# expect: secret/hard_coded/connection_string = true
engine = create_engine("mysql+pymysql://app:t0pS3cr3t@10.0.0.5/app")
