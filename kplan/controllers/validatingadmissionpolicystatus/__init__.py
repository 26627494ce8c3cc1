"""What is wrong with the expressions of admission policies, told in their status.

Upstream: pkg/controller/validatingadmissionpolicystatus/
"""

from kplan.controllers.validatingadmissionpolicystatus.controller import (
    ValidatingAdmissionPolicyStatusController,
)

__all__ = ["ValidatingAdmissionPolicyStatusController"]
