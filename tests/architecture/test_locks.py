"""The two lock files agree with each other and with pyproject.toml."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution

from packaging.requirements import Requirement

from runner.checkout import ROOT


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / name).read_text(), re.MULTILINE))


def requirements(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in lines}
    return names - {"labmatch"}


def test_the_test_lock_holds_the_same_versions():
    runtime, testing = pins("requirements.lock"), pins("requirements-test.lock")

    assert {name: testing.get(name) for name in runtime} == runtime


def test_every_requirement_is_locked():
    assert requirements("embedded") - {name.lower() for name in pins("requirements.lock")} == set()
    everything = {name.lower() for name in pins("requirements-test.lock")}
    assert requirements("embedded", "test") - everything == set()


def needed_by(name: str) -> Iterator[Requirement]:
    """What an installed package needs here, beside its extras."""
    needs = (Requirement(line) for line in distribution(name).requires or ())
    return (need for need in needs if not need.marker or need.marker.evaluate({"extra": ""}))


def test_the_lock_brings_all_that_its_packages_need():
    """Installing takes the lock as it stands and looks for nothing more."""
    text = (ROOT / "requirements-test.lock").read_text()
    lines = re.findall(r"^([\w.-]+==[^\\\n]+)", text, re.MULTILINE)
    locked = [one for one in map(Requirement, lines) if not one.marker or one.marker.evaluate()]

    needs = [(one.name, need) for one in locked for need in needed_by(one.name)]

    assert len(needs) > 100
    assert [
        (name, str(need))
        for name, need in needs
        if distribution(need.name).version not in need.specifier
    ] == []


def test_every_locked_package_has_hashes():
    for name in ("requirements.lock", "requirements-test.lock"):
        blocks = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]

        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_every_requirement_states_its_reason():
    project = (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")[0]
    runtime = re.findall(r'^    "[^"]+",(.*)$', project, re.MULTILINE)

    assert [reason for reason in runtime if not reason.strip().startswith("#")] == []
