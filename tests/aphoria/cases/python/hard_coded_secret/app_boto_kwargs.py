# expect: secret/hard_coded/token = true
import boto3

session = boto3.session.Session()
client = session.client(
    "s3",
    region_name="eu-west-1",
    aws_access_key_id="AKIA4TQX7MNB2LKD6YRW",
    aws_secret_access_key="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",
)
