"""The checker behind profiles, actions and settings."""

import os
import sys
from pathlib import Path

import pytest

from gesturectl.errors import GesturectlError
from gesturectl.toml_schema import Document, Table, atomic_write, dotted, nearest


def test_the_nearest_word_or_else_a_short_list():
    assert nearest("swip_left", ["swipe_left", "swipe_right"]) == 'Did you mean "swipe_left"?'
    assert nearest("AUTO", ["auto", "x"]) == 'Did you mean "auto"?'
    assert nearest("zzz", ["b", "a"]) == "Known: a, b."
    assert nearest("zzz", [str(number) for number in range(100, 200)]).endswith(", 123 and 76 more.")
    assert nearest("zzz", []) == "Leave it out."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes among files")
def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path):
    path = tmp_path / "x.toml"
    os.mkfifo(path)
    with pytest.raises(GesturectlError, match=r"it can\'t be read \(it is no file\)"):
        Document.read(path).complain()


def test_keys_are_quoted_where_toml_wants_it():
    assert dotted("profile", "my own", 'a"b', "c-d_9") == 'profile."my own"."a\\"b".c-d_9'


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("a", 1),
        ("b.c", 3),
        ("b.c.d", 4),
        ("b.c.d.e.f", 4),
        ("b.c.d[1].e", 4),
        ('b."x y"', 9),
        ('b."x y".z', 10),
        ("list.q", 13),
        ("late", None),
    ],
)
def test_a_mistake_points_at_the_line_of_its_key_or_of_the_nearest_parent(tmp_path: Path, key, line):
    path = tmp_path / "x.toml"
    path.write_text(
        'a = 1\n# [late]\n[b.c]  # here\nd = [{e = 1}, {e = 2}]\ntext = """\nlate = 3\n[late]\n"""\n'
        '[b."x y"]\n"z" . w = 3\n\n[[list]]\nq = 1\n'
    )
    document = Document.read(path)
    assert document.parsed
    assert document.place(key) == (f"{path}:{line} {key}" if line else f"{path} {key}")


def test_a_table_names_the_keys_that_nobody_asked_for():
    problems: list[GesturectlError] = []
    table = Table({"hold": 0.5, "hodl": 1}, "x", problems)
    assert table.number("hold", 0, 1) == 0.5
    table.finish()
    assert [str(problem) for problem in problems] == ['x.hodl: unknown key. Did you mean "hold"?']


@pytest.mark.parametrize(
    ("read", "value", "fact"),
    [
        (lambda t: t.text("k"), 3, "this has to be a string, not a number"),
        (lambda t: t.texts("k"), [1], "this has to be a string or a list of strings, not a list"),
        (lambda t: t.number("k", 0, 1), "1", "this has to be a number, not a string"),
        (lambda t: t.number("k", 0, 1), float("inf"), "inf is out of range"),
        (lambda t: t.integer("k", 0, 1), 1.0, "this has to be a whole number, not a number"),
        (lambda t: t.integer("k", 0, 1), True, "this has to be a number, not true or false"),
        (lambda t: t.flag("k"), 1, "this has to be true or false, not a number"),
        (lambda t: t.table("k"), [], "this has to be a table, not a list"),
        (lambda t: t.text("k", ("on", "off")), "of", '"of" is none of the choices'),
    ],
)
def test_what_doesnt_fit_is_a_mistake_and_reads_as_absent(read, value, fact):
    problems: list[GesturectlError] = []
    assert read(Table({"k": value}, "", problems)) is None
    assert [(problem.place, problem.fact) for problem in problems] == [("k", fact)]


def test_a_whole_file_is_written_or_nothing(tmp_path: Path):
    path = tmp_path / "deep" / "file.toml"
    atomic_write(path, "x = 1\n")
    assert path.read_text() == "x = 1\n"
    with pytest.raises(UnicodeEncodeError):
        atomic_write(path, "\ud800")
    assert path.read_text() == "x = 1\n"
    assert list(path.parent.iterdir()) == [path]
