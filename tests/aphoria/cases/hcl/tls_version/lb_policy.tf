# expect: tls/version/minimum = 1
resource "azurerm_storage_account" "main" {
  name                     = "acmemain"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  min_tls_version          = "TLS1_0"
}
