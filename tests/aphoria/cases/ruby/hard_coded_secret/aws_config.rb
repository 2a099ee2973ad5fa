# expect: secret/hard_coded/token = true
Aws.config.update(
  region: "eu-west-1",
  credentials: Aws::Credentials.new("AKIA4TQX7MNB2LKD6YRW", ENV.fetch("AWS_SECRET_ACCESS_KEY"))
)
