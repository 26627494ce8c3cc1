"""Rules of file paths and modes inside volumes, mounts and profiles.

Upstream: pkg/apis/core/validation/validation.go
"""

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath


def validate_path_no_backsteps(target: str, path: FieldPath) -> ErrorList:
    """No element of the path is ``..``."""
    if ".." in target and ".." in target.split("/"):
        return [field.invalid(path, target, "must not contain '..'")]
    return []


def validate_local_descending_path(target: str, path: FieldPath) -> ErrorList:
    """A relative path that goes down only."""
    errors: ErrorList = []
    if target.startswith("/"):
        errors.append(field.invalid(path, target, "must be a relative path"))
    return errors + validate_path_no_backsteps(target, path)


def validate_local_non_reserved_path(target: str, path: FieldPath) -> ErrorList:
    """A relative path that goes down only and does not start with the kubelet's ``..data``."""
    errors = validate_local_descending_path(target, path)
    if target.startswith("..") and not target.startswith("../"):
        errors.append(field.invalid(path, target, "must not start with '..'"))
    return errors


def validate_file_mode(mode: int | None, path: FieldPath) -> ErrorList:
    """Permission bits; None is good."""
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [field.invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")]
