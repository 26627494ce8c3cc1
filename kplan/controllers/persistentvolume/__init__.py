"""PersistentVolumes: claims find volumes, volumes find claims, provisioners make what is missing.

Upstream: pkg/controller/volume/persistentvolume/
"""

from kplan.controllers.persistentvolume.controller import PersistentVolumeController

__all__ = ["PersistentVolumeController"]
