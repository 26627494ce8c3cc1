"""The default plug-ins, one file each; their order and weights stand in ``kplan.scheduler.profile``."""
