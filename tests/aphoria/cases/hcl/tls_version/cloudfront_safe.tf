# expect: nothing
resource "azurerm_storage_account" "main" {
  name            = "acmemain"
  min_tls_version = "TLS1_2" # TLS1_0 until 2023
}

resource "aws_cloudfront_distribution" "web" {
  viewer_certificate {
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
