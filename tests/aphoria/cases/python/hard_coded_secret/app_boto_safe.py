# expect: nothing
import boto3

# aws_access_key_id="AKIAIOSFODNN7EXAMPLE" is the manual's
session = boto3.session.Session(profile_name="reports")
client = session.client("s3", region_name="eu-west-1", aws_access_key_id=None)
