# expect: nothing
resource "google_storage_bucket_iam_member" "readers" {
  bucket = google_storage_bucket.assets.name
  role   = "roles/storage.objectViewer"
  member = "group:web@acme.example"
}

variable "note" {
  default = "allUsers is refused"
}
