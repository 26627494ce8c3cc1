"""The report of an earlier run, where everything that it was made from is still the same.

A run is looked up by what it is about (options, definitions, minors) and by every file that its requests find, as
digests. What reading looked at beside these it took down itself; that is compared before the report is believed.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os.path import exists, realpath
from typing import TYPE_CHECKING, Any, Final

from kplan.cache.digest import UndigestibleError, build, digest
from kplan.cache.folder import Folder
from kplan.cache.reports import packed, report_of, unpacked
from kplan.inputs.held import Held
from kplan.inputs.ledger import Ledger, Named
from kplan.inputs.request import Depth, Request
from kplan.inputs.sight import content_of, named, names_beside, seen
from kplan.namedtuples import NamedTuple
from kplan.processes import Processes
from kplan.report import Report

if TYPE_CHECKING:
    from kplan.pipeline.knowing import Knowledge


_OF_FINDING: Final = 400
_OF_OBJECT: Final = 1_500
"""What keeping a finding in a report, and what is known of an object, weigh, where reading a byte weighs about 1."""
_SHORT: Final = 32
"""Digits of a digest that tell runs apart."""


class Run(NamedTuple):
    """What a report will be made from."""

    directory: str
    """Where it runs: names of files are relative to it."""
    about: Any
    """All that it depends on besides files: options, definitions, minors, as plain data."""
    requests: Sequence[Request]
    """What is read for the run; the first request is what the run is about."""


Make = Callable[[Ledger, "Knowledge | None"], Report]
"""Makes a report, takes down what it looked at, and looks up and learns what checks find of single objects."""


def recalled(folder: Folder, run: Run, make: Make) -> Report:
    """The report of an earlier run if nothing has changed; else the report is made now and kept."""
    try:
        about = digest((build(), run.directory, run.about, [_plain(one) for one in run.requests]))
    except UndigestibleError:
        return make(Ledger(), None)
    held = Held()
    found = _found(folder, about, run.requests, held)
    if found is not None:
        return found
    from kplan.cache.checks import Checks
    from kplan.cache.values import Values
    from kplan.pipeline.knowing import Knowledge

    ledger = Ledger(held)
    knowledge = Knowledge(
        Checks(folder, digest(("checks", about))), Values(folder, digest(("values", about)))
    )
    report = make(ledger, knowledge)
    if ledger.whole:
        kept = partial(_keep, folder, about, run.requests, ledger, report), knowledge.save
        weights = _OF_FINDING * len(report.findings), _OF_OBJECT * report.inputs.objects
        run.requests[0].processes.spread(lambda part: [kept[one]() for one in part], weights)
    return report


def _plain(request: Request) -> tuple[Any, ...]:
    return tuple(request._replace(progress=None, stdin=None, ledger=None, processes=Processes(), values=None))


def _found(folder: Folder, about: str, requests: Sequence[Request], held: Held) -> Report | None:
    if not folder.holds(_beginning(about)):
        return None  # and what files hold is read by all processes together
    digests = [seen(one, held) for one in requests]
    if not all(digests):
        return None
    written = folder.get(_key(about, requests, digests, [names_beside(one) for one in requests]))
    kept = unpacked(written) if written is not None else None
    return report_of(kept) if kept is not None and _is_same(kept["beside"], requests[0]) else None


def _keep(folder: Folder, about: str, requests: Sequence[Request], ledger: Ledger, report: Report) -> None:
    """Keep a report under what was read for it, which may have changed since it was looked up."""
    names = [named(one) for one in requests]
    if not report.inputs.objects or any(name not in ledger.loads for name in names):
        return
    others = {name: digest for name, digest in ledger.loads.items() if name not in names}
    beside = {
        "asked": ledger.asked, "contents": ledger.contents, "loads": list(others.items()), "standing": ledger.standing,
    }  # fmt: skip
    if (content := packed(report, beside)) is not None:
        digests = [ledger.loads[name] for name in names]
        folder.put(_key(about, requests, digests, [ledger.beside.get(name, ()) for name in names]), content)


def _key(
    about: str, requests: Sequence[Request], digests: Sequence[str], beside: Sequence[Sequence[str]]
) -> str:
    """The key of a run over these files; where they really lie counts for what stands beside or around them."""
    places = [realpath(path) for one in requests for path in one.paths]
    near = [[realpath(path) for path in paths] for paths in beside]
    return _beginning(about) + digest((digests, [list(paths) for paths in beside], places, near))


def _beginning(about: str) -> str:
    """How the keys of all runs begin that are about the same, whatever their files hold."""
    return about[:_SHORT]


def _is_same(beside: Mapping[str, Any], request: Request) -> bool:
    """Whether everything else that was looked at is as it was."""
    if beside["standing"]:
        from kplan.kustomize.files import standing

        if any(standing(path) != was for path, was in beside["standing"].items()):
            return False
    return (
        all(exists(path) == was for path, was in beside["asked"].items())  # noqa: PTH110 - asked of many files
        and all(content_of(path, request) == was for path, was in beside["contents"].items())
        and all(seen(_request(request, name)) == was for name, was in beside["loads"])
    )


def _request(like: Request, name: Named) -> Request:
    paths, depth, force, tolerant, kustomizations = name
    return like._replace(
        paths=tuple(paths), depth=Depth(depth), force_exclude=force, tolerant=tolerant,
        kustomizations=tuple(kustomizations),
    )  # fmt: skip
