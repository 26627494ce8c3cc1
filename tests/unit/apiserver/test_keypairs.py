"""Whether a key belongs to a certificate, in Go's words:
what the API server warns of, and ``create secret tls`` refuses.
"""

import base64
from pathlib import Path

import pytest

from kplan.apiserver.keypairs import KeyPairError, check_key_pair
from kplan.cluster import Cluster

PAIRS = Path(__file__).parents[2] / "keypairs"


def read(name: str) -> bytes:
    return (PAIRS / name).read_bytes()


def refusal(certificate: bytes, key: bytes) -> str:
    try:
        check_key_pair(certificate, key)
    except KeyPairError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        ("rsa", "rsa"), ("rsa", "rsa-pkcs1"), ("p224", "p224"), ("p256", "p256"), ("p256", "p256-sec1"), ("p384", "p384"),
        ("p521", "p521"), ("ed", "ed"),
    ],
)  # fmt: skip
def test_a_key_belongs_to_its_certificate(certificate: str, key: str) -> None:
    assert not refusal(read(f"{certificate}.crt"), read(f"{key}.key"))


MISMATCH = "tls: private key does not match public key"
OTHER_TYPE = "tls: private key type does not match public key type"


@pytest.mark.parametrize(
    ("certificate", "key", "text"),
    [
        ("p256", "other-p256", MISMATCH),
        ("p384", "p256", MISMATCH),
        ("rsa", "p256", OTHER_TYPE),
        ("ed", "rsa", OTHER_TYPE),
        (
            "p256",
            "secp256k1",
            "tls: failed to parse private key: x509: failed to parse EC private key embedded in PKCS#8: x509: unknown elliptic curve",
        ),
        ("secp256k1", "p256", "x509: unsupported elliptic curve"),
        ("p256", "x25519", "tls: found unknown private key type in PKCS#8 wrapping"),
    ],
)
def test_another_key_does_not(certificate: str, key: str, text: str) -> None:
    assert refusal(read(f"{certificate}.crt"), read(f"{key}.key")) == text


@pytest.mark.parametrize(
    ("body", "given"),
    [
        (b"hello", "class:1 tag:8 length:101 isCompound:true"),
        (b"\0\0\0", "class:0 tag:0 length:0 isCompound:false"),
    ],
)
def test_an_encrypted_key_is_no_key(body: bytes, given: str) -> None:
    text = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n%s\n-----END RSA PRIVATE KEY-----\n"
    said = refusal(read("rsa.crt"), text % base64.b64encode(body))
    assert said.startswith(
        f"tls: failed to parse private key: asn1: structure error: tags don't match (16 vs {{{given}}}) "
    )
    assert said.endswith(" pkcs8 @2")


SKIPPED = (
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: '
    "[PRIVATE KEY PRIVATE KEY]"
)
SWITCHED = (
    "tls: failed to find certificate PEM data in certificate input, but did find a private key; "
    "PEM inputs may have been switched"
)


@pytest.mark.parametrize(
    ("certificate", "key", "text"),
    [
        (b"", b"", "tls: failed to find any PEM data in certificate input"),
        (read("rsa.key"), read("rsa.crt"), SWITCHED),
        (read("rsa.crt"), b"text", "tls: failed to find any PEM data in key input"),
        (read("rsa.crt"), read("rsa.crt"), "tls: found a certificate rather than a key in the PEM for the private key"),
        (read("rsa.key") + read("ed.key"), read("rsa.key"),
         SKIPPED),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", read("rsa.key"), "x509: malformed certificate"),
        (read("rsa.crt"), b"-----BEGIN PRIVATE KEY-----\nMIL/\n-----END PRIVATE KEY-----\n",
         "tls: failed to parse private key"),
    ],
)  # fmt: skip
def test_what_is_no_pair_is_named(certificate: bytes, key: bytes, text: str) -> None:
    assert refusal(certificate, key) == text


def test_bytes_after_a_certificate_are_refused_and_after_its_block_are_not() -> None:
    lines = read("rsa.crt").splitlines()
    longer = base64.b64encode(base64.b64decode(b"".join(lines[1:-1])) + b"x")
    assert refusal(b"\n".join((lines[0], longer, lines[-1])), read("rsa.key")) == "x509: trailing data"
    assert not refusal(read("rsa.crt") + b"x", read("rsa.key"))


def test_the_first_of_a_chain_is_the_server_s_own_whatever_stands_around_it() -> None:
    chain = b"subject=web\n" + read("ed.crt").replace(b"\n", b"\r\n") + read("rsa.crt")
    assert not refusal(chain, read("ed.key"))
    assert refusal(chain, read("rsa.key")) == OTHER_TYPE


def test_every_cut_of_a_certificate_is_refused_and_never_a_traceback() -> None:
    label, key = b"CERTIFICATE", read("p256.key")
    whole = base64.b64decode(b"".join(read("p256.crt").splitlines()[1:-1]))
    for size in range(0, len(whole), 7):
        body = base64.b64encode(whole[:size])
        text = b"-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, body, label)
        assert refusal(text, key) == "x509: malformed certificate"


def test_the_verb_creates_no_secret_of_what_does_not_match() -> None:
    line = ("create", "secret", "tls", "web", f"--cert={PAIRS / 'p256.crt'}")
    cluster = Cluster.of([])
    refused = cluster.kubectl.run(*line, f"--key={PAIRS / 'other-p256.key'}")
    assert (refused.exit, refused.err) == (1, [f"error: {MISMATCH}"])
    assert cluster.kubectl.run(*line, f"--key={PAIRS / 'p256.key'}").stdout == "secret/web created\n"
