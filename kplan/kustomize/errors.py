"""The one exception of a build."""


class KustomizeError(Exception):
    """Why a tree cannot be built, in kustomize's words."""


class MalformedError(KustomizeError):
    """A file that is no YAML: kustomize then does not try it as a folder."""
