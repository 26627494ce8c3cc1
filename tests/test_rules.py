"""Every rule of lint: stable identity, documentation that says what, why and how, and examples that prove it."""

import re
from collections import Counter
from collections.abc import Mapping
from textwrap import indent

import pytest

from kplan.api.decode import decode
from kplan.diagnostics import Severity
from kplan.lint.codes import CODES
from kplan.lint.option import converted
from kplan.lint.rules import all_rules, asked, entries
from kplan.lint.rules.index import INDEX
from kplan.lint.selection import LintOptions
from kplan.manifest.editor import Editor
from kplan.manifest.loader import load_text
from kplan.schema.catalog import Catalog
from tests.builders import found_by_rules
from tests.generated import FILES, ROOT

RULES = all_rules()


def manifest(example):
    """An example that names no kind is a fragment of a Pod."""
    if "kind:" in example:
        return example
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: example\n" + example + "\n"


def findings(example, rules):
    loaded = load_text(manifest(example), "example.yaml")
    decoded = decode(loaded.documents)
    assert decoded.objects
    assert not loaded.diagnostics
    assert not decoded.diagnostics
    told = {key: value for rule in rules for key, value in rule.assumes.items()}
    options = LintOptions(settings=told)
    return found_by_rules(decoded.objects, Catalog.for_version("1.36"), options=options, rules=rules)


def test_codes_and_names_are_unique():
    taken = Counter([rule.code for rule in RULES] + [code.code for code in CODES])
    assert not [code for code, count in taken.items() if count > 1]
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert len(RULES) >= 30


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_documented(rule):
    assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", rule.code)
    assert rule.summary.endswith(".")
    assert len(rule.summary) < 100
    assert len(rule.why) > 20
    assert len(rule.fix) > 10
    assert all(reference.startswith("https://") for reference in rule.references)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.options], ids=lambda rule: rule.code)
def test_options_are_documented_and_the_rules_own(rule):
    assert {one.key.partition(".")[0] for one in rule.options} == {rule.code}
    assert len({one.name for one in rule.options}) == len(rule.options)
    for one in rule.options:
        assert re.fullmatch(r"[a-z][a-z-]*", one.name)
        assert one.text.endswith(".")
        value = dict(one.default) if isinstance(one.default, Mapping) else one.default
        assert converted(one, list(value) if isinstance(value, tuple) else value) == one.default
    assert set(rule.assumes) <= {one.key for one in rule.options}


def test_a_theme_has_one_prefix():
    prefixes = {(rule.theme, rule.code[:3]) for rule in RULES}
    assert len({theme for theme, _ in prefixes}) == len({prefix for _, prefix in prefixes}) == len(prefixes)


CASES = [
    (rule, kind, example) for rule in RULES for kind in ("good", "bad") for example in getattr(rule, kind)
]


@pytest.mark.parametrize(
    ("rule", "kind", "example"),
    CASES,
    ids=[f"{rule.code}-{kind}-{n}" for n, (rule, kind, _) in enumerate(CASES)],
)
def test_examples_prove_the_rule(rule, kind, example):
    found = findings(example, [rule])
    assert bool(found) == (kind == "bad"), indent(example, "  ")
    for finding in found:
        assert finding.rule == rule.code
        assert finding.location.line > 0
        assert finding.excerpt or finding.object.startswith("secret/")  # no line of a Secret is shown
        assert finding.help


@pytest.mark.parametrize(
    ("rule", "kind", "example"),
    CASES,
    ids=[f"{rule.code}-{kind}-{n}" for n, (rule, kind, _) in enumerate(CASES)],
)
def test_examples_are_otherwise_without_errors(rule, kind, example):
    errors = {finding.rule for finding in findings(example, RULES) if finding.severity is Severity.ERROR}
    assert errors <= ({rule.code} if kind == "bad" else set())


FIXED = [(rule, example) for rule in RULES for example in rule.bad]


@pytest.mark.parametrize(
    ("rule", "example"), FIXED, ids=[f"{rule.code}-{n}" for n, (rule, _) in enumerate(FIXED)]
)
def test_fixes_correct_what_they_are_for(rule, example):
    """Each finding that has a fix is gone with it, and the fix is as safe as the rule says."""
    text, fixable = manifest(example), [one for one in findings(example, [rule]) if one.fix]
    assert {one.fix.safety for one in fixable} <= set(rule.fixes)
    for one in fixable:
        assert one.fix.replacements
        editor = Editor(text)
        editor.apply(one.fix.document, one.fix.edits)
        left = [(found.path, found.message) for found in findings(editor.text(), [rule])]
        assert (one.path, one.message) not in left, editor.text()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_fixes_are_shown_by_an_example(rule):
    made = {one.fix.safety for example in rule.bad for one in findings(example, [rule]) if one.fix}
    assert made == set(rule.fixes)


def test_what_the_index_says_of_a_rule_is_what_it_says_itself():
    """Rules are imported by what the index says of them."""
    assert {entry.module: tuple(entry[1:]) for entry in map(asked, INDEX)} == INDEX
    assert {entry.module for entry in entries()} == set(INDEX)


@pytest.mark.parametrize("path", FILES)
def test_generated_files_are_current(path):
    assert (ROOT / path).read_text() == FILES[path](), "run 'make generate'"
