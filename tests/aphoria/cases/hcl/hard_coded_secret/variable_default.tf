# expect: secret/hard_coded/password = true
variable "db_password" {
  description = "Password of the database"
  type        = string
  default     = "Vw7rT3kLp9q"
}
