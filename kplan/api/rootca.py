"""The certificate bundle with which pods verify the API server, as a simulated cluster has it.

Upstream: none; a real one holds the cluster's own certificate.
"""

from typing import Final

CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
