"""Whether a certificate and a private key, both PEM, belong together.

Upstream: go: src/crypto/tls/tls.go (X509KeyPair)
"""

from kplan.errors import UsageError
from kplan.kubectl.keypairs import keys, pem
from kplan.kubectl.keypairs.der import DerError


def check_key_pair(certificate: bytes, key: bytes) -> None:
    """Check a pair. Raises UsageError in Go's words."""
    first, private = _certificate(certificate), _private_key(key)
    try:
        public = keys.of_certificate(first)
    except keys.UnsupportedCurveError:
        raise UsageError("x509: unsupported elliptic curve") from None
    except (ValueError, IndexError):
        raise UsageError("x509: malformed certificate") from None
    try:
        own = keys.of_private_key(private)
    except keys.UnknownKeyError:
        raise UsageError("tls: found unknown private key type in PKCS#8 wrapping") from None
    except DerError:
        raise UsageError("tls: failed to parse private key") from None
    if not public.algorithm:
        raise UsageError("tls: unknown public key algorithm")
    if public.algorithm != own.algorithm:
        raise UsageError("tls: private key type does not match public key type")
    if public != own:
        raise UsageError("tls: private key does not match public key")


def _certificate(text: bytes) -> bytes:
    """The first certificate, which is the server's own. Raises UsageError."""
    skipped = []
    for block in pem.blocks(text):
        if block.label == "CERTIFICATE":
            return block.content
        skipped.append(block.label)
    if not skipped:
        raise UsageError("tls: failed to find any PEM data in certificate input")
    if len(skipped) == 1 and skipped[0].endswith("PRIVATE KEY"):
        raise UsageError(
            "tls: failed to find certificate PEM data in certificate input, "
            "but did find a private key; PEM inputs may have been switched"
        )
    raise UsageError(
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: '
        f"[{' '.join(skipped)}]"
    )


def _private_key(text: bytes) -> bytes:
    """The first private key. Raises UsageError."""
    skipped = []
    for block in pem.blocks(text):
        if block.label == "PRIVATE KEY" or block.label.endswith(" PRIVATE KEY"):
            return block.content
        skipped.append(block.label)
    if not skipped:
        raise UsageError("tls: failed to find any PEM data in key input")
    if skipped == ["CERTIFICATE"]:
        raise UsageError("tls: found a certificate rather than a key in the PEM for the private key")
    raise UsageError(
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the '
        f"following types: [{' '.join(skipped)}]"
    )
