# Calls the module that `edgepass terraform-module <environment> --out edgepass` wrote beside this file.

terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0" # the module itself says which versions it accepts
    }
  }
}

provider "aws" {
  region = "eu-central-1" # the region of the environment
}

# CloudFront's certificates, web ACLs, metrics and log deliveries are in us-east-1.
provider "aws" {
  alias  = "edge"
  region = "us-east-1"
}

module "edgepass" {
  source = "./edgepass"

  providers = {
    aws      = aws
    aws.edge = aws.edge
  }
}

output "content_base_url" {
  description = "Where viewers load content"
  value       = module.edgepass.content_base_url
}

output "distribution_domain_name" {
  description = "Where the DNS name of the content host must point"
  value       = module.edgepass.distribution_domain_name
}
