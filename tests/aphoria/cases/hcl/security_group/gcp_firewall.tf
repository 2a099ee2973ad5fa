# expect: security_group/admin_port/open = true
resource "google_compute_firewall" "rdp" {
  name          = "rdp"
  network       = google_compute_network.main.name
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["3389"]
  }
}
