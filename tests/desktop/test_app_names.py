"""What windows are called is said by whoever made them: it mustn't do anything to whoever reads it."""

import pytest

from gesturectl.desktop.base import App


@pytest.mark.parametrize("field", ["wm_class", "exe", "bundle", "title"])
def test_nothing_in_a_name_moves_a_terminal_s_cursor_or_breaks_a_line(field):
    app = App(**{field: "mail\x1b]0;x\x07\x1b[2J\r\nok\u202e\u009b\udce9"})
    value = getattr(app, field)
    assert value.isprintable()
    assert value.startswith("mail\\x1b]0;x\\x07")
    value.encode()


def test_a_name_of_a_million_letters_is_cut():
    assert len(App(title="a" * 1_000_000).title) == 500


@pytest.mark.parametrize("title", ["Weather – Mozilla Firefox", "日本語 👍🏽", "a  b", "naïve"])
def test_usual_names_stay_as_they_are(title):
    assert App(title=title).title == title


def test_two_windows_of_the_same_name_are_one():
    assert App(title="a\x07") == App(title="a\x07")
    assert hash(App(title="a\x07")) == hash(App(title="a\x07"))
