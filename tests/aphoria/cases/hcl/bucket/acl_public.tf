# expect: bucket/public = true
resource "aws_s3_bucket" "assets" {
  bucket = "acme-assets"

  tags = {
    Team = "web"
  }
}

resource "aws_s3_bucket_acl" "assets" {
  bucket = aws_s3_bucket.assets.id
  acl    = "public-read"
}
