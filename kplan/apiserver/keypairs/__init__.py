"""Whether a private key belongs to a certificate, read without a cryptographic library."""

from kplan.apiserver.keypairs.keypair import KeyPairError, check_key_pair

__all__ = ["KeyPairError", "check_key_pair"]
