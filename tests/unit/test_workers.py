"""tests/workers.py: whatever happens to a worker, no test is lost and no failure is hidden."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 60


def run_pytest(folder: Path, source: str, *options: str) -> tuple[int, str]:
    """Run the tests of a file in two workers; return the exit status and the output."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_it.py").write_text(f"import os, signal, pytest\n{source}", encoding="utf-8")
    words = (sys.executable, "-m", "pytest", "-rA", "-p", "tests.workers", "--workers=2")
    done = subprocess.run(
        (*words, *options, "test_it.py"),
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout


def test_every_test_runs_once_and_a_failure_is_shown_with_its_output(tmp_path: Path) -> None:
    source = """
@pytest.mark.parametrize("number", range(20))
def test_number(number):
    with open(f"ran-{number}", "x"):
        print(f"output {number}")
    assert number != 7
"""
    status, output = run_pytest(tmp_path, source)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "1 failed, 19 passed" in output
    assert "FAILED test_it.py::test_number[7] - assert 7 != 7" in output
    assert "output 7" in output
    assert len(list(tmp_path.glob("ran-*"))) == 20


def test_the_tests_of_a_group_run_in_one_worker_which_ends_its_fixtures(tmp_path: Path) -> None:
    source = """
@pytest.fixture(scope="session")
def worker():
    yield os.getpid()
    open(f"ended-{os.getpid()}", "x").close()

@pytest.mark.group("one")
@pytest.mark.parametrize("number", range(20))
def test_number(worker, number):
    open(f"ran-{worker}-{number}", "x").close()
"""
    status, _ = run_pytest(tmp_path, source)
    assert status == pytest.ExitCode.OK
    (worker,) = {path.name.split("-")[1] for path in tmp_path.glob("ran-*")}
    assert [path.name for path in tmp_path.glob("ended-*")] == [f"ended-{worker}"]
    assert worker


def test_a_killed_worker_fails_its_test_and_another_runs_the_rest(tmp_path: Path) -> None:
    source = """
@pytest.mark.parametrize("number", range(20))
def test_number(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    status, output = run_pytest(tmp_path, source)
    assert status == pytest.ExitCode.TESTS_FAILED
    # The killed worker had taken one more test.
    assert "2 failed, 18 passed" in output
    assert "FAILED test_it.py::test_number[3] - no result: " in output
    assert "ended with -9" in output


def test_a_worker_that_dies_after_its_tests_is_a_failure(tmp_path: Path) -> None:
    source = """
import multiprocessing.util

@pytest.mark.parametrize("number", range(4))
def test_number(number):
    if number == 0:
        multiprocessing.util.Finalize(None, os._exit, args=[9], exitpriority=1)
"""
    status, output = run_pytest(tmp_path, source)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "4 passed" in output
    assert "ended with 9" in output


def test_a_run_in_which_no_worker_answers_ends(tmp_path: Path) -> None:
    source = """
import time, tests.workers

tests.workers.MAX_SILENCE_S = 1

@pytest.mark.parametrize("number", range(2))
def test_number(number):
    time.sleep(50)
"""
    status, output = run_pytest(tmp_path, source)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "2 failed" in output
    assert "no worker reported anything for 1 s" in output


def test_no_worker_left_is_a_failure_of_every_test_left(tmp_path: Path) -> None:
    source = """
@pytest.mark.parametrize("number", range(20))
def test_number(number):
    os._exit(0)
"""
    status, output = run_pytest(tmp_path, source)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "20 failed" in output
    assert "passed" not in output


def test_the_first_failure_ends_the_run_where_that_is_asked_for(tmp_path: Path) -> None:
    source = """
@pytest.mark.parametrize("number", range(2000))
def test_number(number):
    assert number != 3
"""
    status, output = run_pytest(tmp_path, source, "-x")
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "1 failed" in output
    assert "stopping after 1 failures" in output
    assert int(output.rpartition("1 failed, ")[2].split()[0]) < 1900


def test_what_cannot_be_collected_is_an_error(tmp_path: Path) -> None:
    status, output = run_pytest(tmp_path, "def test_it(): pass\nraise ValueError")
    assert status == pytest.ExitCode.INTERRUPTED
    assert "ERROR test_it.py - ValueError" in output
