"""The promises the repository makes about itself: versions, documentation, stubs, layers, sizes."""

import ast
import importlib.metadata
import importlib.util
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import bte

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".cff", ".cpp", ".hpp", ".json", ".md", ".py", ".pyi", ".toml", ".txt", ".yaml", ".yml"}


def tracked_files():
    """Return the files git tracks, or all files where the checkout has no git."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    names = listing.stdout.splitlines() if listing.returncode == 0 else []
    folders = ("cpp", "python", "tests", "docs", "examples", "benchmarks", "meshes")
    paths = [ROOT / name for name in names] or [
        *ROOT.glob("*.*"),
        *(path for folder in folders for path in (ROOT / folder).rglob("*")),
    ]
    return [path for path in paths if path.is_file() and "__pycache__" not in path.parts]


def with_suffix(*suffixes):
    return [path for path in tracked_files() if path.suffix in suffixes]


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def body_lines(function):
    """Return the number of lines of a function without its signature and docstring."""
    body = function.body
    documented = ast.get_docstring(function) is not None
    first = body[1] if documented and len(body) > 1 else body[0]
    return 0 if documented and len(body) == 1 else function.end_lineno - first.lineno + 1


def function_sizes():
    sizes = {}
    for path in (ROOT / "python" / "bte").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                sizes[f"{path.name}:{node.name}"] = body_lines(node)
    return sizes


def run_python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, **options
    )


def declared_version():
    return re.search(
        r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M
    ).group(1)


def test_installed_version_is_declared_version():
    assert importlib.metadata.version("phonon-bte") == declared_version()


def test_package_version_is_declared_version():
    assert bte.__version__ == declared_version()


def test_citation_has_declared_version():
    assert f"\nversion: {declared_version()}\n" in (ROOT / "CITATION.cff").read_text(
        encoding="utf-8"
    )


def test_changelog_starts_with_declared_version():
    releases = re.findall(
        r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert releases[0] == declared_version()


def test_public_names_are_documented():
    bare = [name for name in bte.__all__ if not (getattr(bte, name).__doc__ or "").strip()]
    assert not bare, f"no docstring: {bare}"


def test_public_names_exist_once():
    assert len(set(bte.__all__)) == len(bte.__all__)


def stub_text(path):
    """Return a stub with pybind11's spelling of plain numbers, which varies by release, unified."""
    number = r"typing\.Supports\w+( \| typing\.Supports\w+)*"
    return re.sub(number, "number", path.read_text(encoding="utf-8"))


def test_stub_is_current(tmp_path):
    if importlib.util.find_spec("pybind11_stubgen") is None:
        pytest.skip("pybind11-stubgen is not installed")
    made = run_python("-m", "pybind11_stubgen", "bte._core", "-o", str(tmp_path))
    assert made.returncode == 0, made.stderr
    fresh, committed = (
        stub_text(folder / "bte" / "_core.pyi") for folder in (tmp_path, ROOT / "python")
    )
    assert committed == fresh, "python/bte/_core.pyi is not what `make stub` writes"


def test_imports_go_one_way():
    if importlib.util.find_spec("importlinter") is None:
        pytest.skip("import-linter is not installed")
    command = "from importlinter.cli import lint_imports_command as check; check(['--no-cache'])"
    result = run_python("-c", f"import sys; sys.path.insert(0, 'python'); {command}")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("suffixes", "limit"), [((".py",), 300), ((".cpp", ".hpp"), 400)])
def test_files_are_short(suffixes, limit):
    long = {path.name: lines(path) for path in with_suffix(*suffixes) if lines(path) > limit}
    assert not long, f"more than {limit} lines: {long}"


def test_functions_are_short():
    sizes = function_sizes()
    long = {name: size for name, size in sizes.items() if size > 35}
    assert len(long) <= 0.1 * len(sizes), f"more than 35 lines: {long}"
    assert statistics.median(sizes.values()) <= 10


def test_no_machine_is_named():
    """Paths of one machine and hosts of package registries belong in no file."""
    machine_paths = [f"/{folder}/" for folder in ("work", "tmp", "root", "home")]
    hosts = [f"{name}.org" for name in ("pypi", "pythonhosted", "anaconda")]
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked_files()
        if path.suffix in TEXT or path.name in {"Makefile", "run"}
        for word in (*machine_paths, *hosts)
        if word in path.read_text(encoding="utf-8")
    }
    assert not found, sorted(found)


def test_relative_links_of_pages_exist():
    missing = [
        f"{page.name}: {target}"
        for page in with_suffix(".md")
        for target in re.findall(
            r"[^!]\[[^\]]*\]\((?!\w+:)([^)#\s]+)", page.read_text(encoding="utf-8")
        )
        if not (page.parent / target).exists()
    ]
    assert not missing, missing
