# expect: secret/hard_coded/password = true
resource "aws_db_instance" "main" {
  engine            = "postgres"
  instance_class    = "db.t3.medium"
  allocated_storage = 50
  username          = "billing"
  password          = "Vw7!rT3kLp9q"
  storage_encrypted = true
}
