# Read by `npm run scan -- tflint`. The Terraform rules are a part of tflint.
config {
  call_module_type = "none"
}

plugin "terraform" {
  enabled = true
  preset  = "recommended"
}
