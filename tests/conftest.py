"""What every test shares: the checkout's root, and ``--update`` to write goldens anew."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

os.environ["KPLAN_NO_CACHE"] = "1"  # nothing of a test is left to the user, nor to the next run

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background has them ignore Ctrl-C, and with them every command that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("default", deadline=None, derandomize=True)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the expected files anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def plain_environment() -> dict[str, str]:
    """An environment in which output has no colour and a fixed width."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("FORCE_COLOR", "KPLAN_STATE", "KPLAN_KUBERNETES", "KPLAN_CONFIG")
    }
    return {**kept, "NO_COLOR": "1", "COLUMNS": "100", "TERM": "dumb"}
