"""Whether a certificate and a private key, both PEM, belong together.

Upstream: go: src/crypto/tls/tls.go (X509KeyPair)
"""

from kplan.api.der import DerError
from kplan.apiserver.keypairs import keys, pem

_UNREADABLE = "tls: failed to parse private key"


class KeyPairError(ValueError):
    """What is wrong with a pair, in Go's words."""


def check_key_pair(certificate: bytes, key: bytes) -> None:
    """Check a pair. Raises KeyPairError."""
    first, private = _certificate(certificate), _private_key(key)
    try:
        public = keys.of_certificate(first)
    except keys.UnsupportedCurveError:
        raise KeyPairError("x509: unsupported elliptic curve") from None
    except keys.TrailingDataError:
        raise KeyPairError("x509: trailing data") from None
    except (ValueError, IndexError):
        raise KeyPairError("x509: malformed certificate") from None
    try:
        own = keys.of_private_key(private)
    except keys.UnknownCurveError:
        raise KeyPairError(
            f"{_UNREADABLE}: x509: failed to parse EC private key embedded in PKCS#8: x509: unknown elliptic curve"
        ) from None
    except keys.TagError as error:
        raise KeyPairError(f"{_UNREADABLE}: {error}") from None
    except keys.UnknownKeyError:
        raise KeyPairError("tls: found unknown private key type in PKCS#8 wrapping") from None
    except DerError:
        raise KeyPairError(_UNREADABLE) from None
    if not public.algorithm:
        raise KeyPairError("tls: unknown public key algorithm")
    if public.algorithm != own.algorithm:
        raise KeyPairError("tls: private key type does not match public key type")
    if public != own:
        raise KeyPairError("tls: private key does not match public key")


def _certificate(text: bytes) -> bytes:
    """The first certificate, which is the server's own. Raises KeyPairError."""
    skipped = []
    for block in pem.blocks(text):
        if block.label == "CERTIFICATE":
            return block.content
        skipped.append(block.label)
    if not skipped:
        raise KeyPairError("tls: failed to find any PEM data in certificate input")
    if len(skipped) == 1 and skipped[0].endswith("PRIVATE KEY"):
        raise KeyPairError(
            "tls: failed to find certificate PEM data in certificate input, "
            "but did find a private key; PEM inputs may have been switched"
        )
    raise KeyPairError(
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: '
        f"[{' '.join(skipped)}]"
    )


def _private_key(text: bytes) -> bytes:
    """The first private key. Raises KeyPairError."""
    skipped = []
    for block in pem.blocks(text):
        if block.label == "PRIVATE KEY" or block.label.endswith(" PRIVATE KEY"):
            return block.content
        skipped.append(block.label)
    if not skipped:
        raise KeyPairError("tls: failed to find any PEM data in key input")
    if skipped == ["CERTIFICATE"]:
        raise KeyPairError("tls: found a certificate rather than a key in the PEM for the private key")
    raise KeyPairError(
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the '
        f"following types: [{' '.join(skipped)}]"
    )
