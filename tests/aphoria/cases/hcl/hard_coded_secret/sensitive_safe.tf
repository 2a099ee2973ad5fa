# expect: nothing
variable "db_password" {
  description = "Password of the database; at least 12 characters"
  type        = string
  sensitive   = true
}

resource "aws_db_instance" "main" {
  username = "billing"
  password = var.db_password
}

resource "random_password" "db" {
  length  = 32
  special = true
}
