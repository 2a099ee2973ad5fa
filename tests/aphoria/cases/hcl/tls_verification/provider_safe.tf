# expect: nothing
provider "vsphere" {
  user                 = var.user
  password             = var.password
  vsphere_server       = "vcenter.internal"
  allow_unverified_ssl = false
}
