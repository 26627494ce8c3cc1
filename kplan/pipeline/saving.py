"""Plans in files: written with what they were made from, and read again as the same report."""

from typing import TYPE_CHECKING

from kplan.diagnostics import has_error
from kplan.errors import UsageError
from kplan.pipeline.loaded import Loaded
from kplan.report import InputSummary, Report, documented

if TYPE_CHECKING:
    from kplan.kubectl.apply import ApplyOptions
    from kplan.pipeline.states import State
    from kplan.plan.basis import Input
    from kplan.plan.planfile import SavedPlan


def save(report: Report, loaded: Loaded, state: "State", applying: "ApplyOptions") -> str:
    """A plan as the text of a file, with all that it takes to show and to apply it later; no value of a Secret."""
    from kplan.pipeline.planned import application
    from kplan.plan.basis import Basis, Remark, StateBefore
    from kplan.plan.planfile import to_json
    from kplan.state.moved import digest

    assert report.plan is not None
    before = StateBefore(state.title, digest(state.store), state.revision)
    basis = Basis(
        before, application(loaded, report.plan, applying, before.digest), _input(report.inputs),
        tuple(map(Remark.of, report.findings)), tuple(report.kubernetes),
    )  # fmt: skip
    return to_json(report.plan, basis)


def read_plan(path: str, text: bytes) -> "SavedPlan":
    """Read a saved plan. Raises UsageError with the file's name if it is none."""
    from kplan.plan.planfile import from_json

    try:
        return from_json(text)
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", hint=error.hint) from error


def show(saved: "SavedPlan") -> Report:
    """The report that a plan was saved from."""
    from kplan.pipeline.documentation import rule_text

    plan, basis = saved.plan, saved.basis
    found = tuple(one.finding for one in basis.remarks) if basis else ()
    inputs = _summary(basis.input) if basis else InputSummary()
    kubernetes = (basis.kubernetes if basis else ()) or (plan.kubernetes_version,)
    broken = plan.errored or has_error(found)
    report = Report("plan", found, inputs=inputs, kubernetes=kubernetes, plan=plan, broken=broken)
    return report._replace(rules=documented(report.all_findings, rule_text)[1])


def _input(inputs: InputSummary) -> "Input":
    from kplan.plan.basis import Input, OtherFile

    others = tuple(OtherFile(one.path, one.what) for one in inputs.skipped)
    return Input(inputs.files, inputs.objects, tuple(inputs.manifests), others, tuple(inputs.excluded))


def _summary(inputs: "Input") -> InputSummary:
    from kplan.inputs.reading import Skipped

    others = tuple(Skipped(one.file, one.what) for one in inputs.skipped)
    return InputSummary(inputs.files, inputs.objects, others, inputs.excluded, {}, inputs.manifests)
