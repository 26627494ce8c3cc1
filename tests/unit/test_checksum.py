"""Digests are SHA-256, whichever library makes them, and few small ones load no OpenSSL."""

import hashlib
import subprocess
import sys

import pytest

from kplan.checksum import many, sha256

QUIET = "import sys\nfrom kplan.checksum import sha256\nprint(sha256(b'a').hexdigest(), 'hashlib' in sys.modules)\nsha256(bytes(1 << 20))\nprint('hashlib' in sys.modules)"


@pytest.mark.parametrize("content", [b"", b"text", bytes(1 << 20)])
def test_either_way_it_is_sha_256(content: bytes) -> None:
    assert sha256(content).hexdigest() == many(content).hexdigest() == hashlib.sha256(content).hexdigest()


def test_what_is_small_loads_no_openssl() -> None:
    told = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True).stdout
    digest, *loaded = told.split()
    assert digest == hashlib.sha256(b"a").hexdigest()
    assert loaded == ["False", "True"]
