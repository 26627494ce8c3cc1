"""Type-checks the expressions of admission policies, and reports errors in their status.

Upstream: pkg/controller/validatingadmissionpolicystatus/
"""

from kplan.controllers.validatingadmissionpolicystatus.controller import (
    ValidatingAdmissionPolicyStatusController,
)

__all__ = ["ValidatingAdmissionPolicyStatusController"]
