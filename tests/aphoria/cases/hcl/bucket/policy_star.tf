# expect: bucket/public = true
resource "google_storage_bucket_iam_member" "everyone" {
  bucket = google_storage_bucket.assets.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}
