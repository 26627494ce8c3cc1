"""Mirrored EndpointSlices: the Endpoints of every Service without a selector, as slices.

Upstream: pkg/controller/endpointslicemirroring/
"""

from kplan.controllers.endpointslicemirroring.controller import EndpointSliceMirroringController

__all__ = ["EndpointSliceMirroringController"]
