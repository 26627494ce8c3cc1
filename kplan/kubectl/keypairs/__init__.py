"""Whether a private key belongs to a certificate, read without a cryptographic library."""

from kplan.kubectl.keypairs.keypair import check_key_pair

__all__ = ["check_key_pair"]
