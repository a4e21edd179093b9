"""Interleaving and what is made of its figures."""

import math

from gesturectl.benchmarks.measure import Comparison, Contender, Measured, interleave, number


def test_everybody_has_a_turn_in_each_round_and_the_first_turn_does_not_count():
    turns = []

    def contender(name: str, first: float) -> Contender:
        figures = iter([first, 1.0, 2.0, 3.0])

        def block() -> float:
            turns.append(name)
            return next(figures)

        return Contender(name, block)

    rows = interleave([contender("a", 99.0), contender("b", 77.0)], rounds=3)

    assert turns == ["a", "b"] * 4
    assert [row.values for row in rows] == [(1.0, 2.0, 3.0)] * 2


def test_a_ratio_is_taken_between_neighbours_of_one_round():
    ours, theirs = Measured("ours", (1.0, 10.0, 2.0), ours=True), Measured("theirs", (3.0, 40.0, 4.0))
    ratio = Comparison("idle", "", "%", (ours, theirs)).ratio(theirs)
    assert (ratio.low, ratio.median, ratio.high) == (2.0, 3.0, 4.0)


def test_nothing_is_compared_with_a_figure_of_zero():
    ours, theirs = Measured("ours", (0.0,), ours=True), Measured("theirs", (3.0,))
    comparison = Comparison("idle", "", "%", (ours, theirs))
    assert math.isnan(comparison.ratio(theirs).median)
    assert comparison.as_json()["rows"][1]["ratio"] is None


def test_the_table_names_every_contender_with_its_ratio():
    rows = (Measured("gesturectl", (2.0, 4.0), ours=True), Measured("MediaPipe", (20.0, 40.0)))
    lines = Comparison("idle", "an empty room", "% of one core", rows, note="A note.").lines()
    assert lines[0] == "an empty room (% of one core; median, lowest to highest of 2 rounds)"
    assert "3.00" in lines[1]
    assert "×" not in lines[1]
    assert "10.0 × the first (10.0 to 10.0)" in lines[2]
    assert lines[3].strip() == "A note."


def test_figures_have_the_digits_that_mean_something():
    values = (1234.5, 123.4, 12.34, 1.234, 0.1234, 0.01234, 0.0, math.nan)
    assert [number(value) for value in values] == ["1234", "123", "12.3", "1.23", "0.12", "0.012", "0", "-"]


def test_a_single_round_has_no_spread():
    rows = (Measured("gesturectl", (2.0,), ours=True), Measured("MediaPipe", (20.0,)))
    lines = Comparison("idle", "an empty room", "%", rows).lines()
    assert lines == [
        "an empty room (%; one round)",
        "  gesturectl      2.00",
        "  MediaPipe       20.0    10.0 × the first",
    ]


def test_a_long_note_is_several_lines():
    rows = (Measured("gesturectl", (2.0,), ours=True),)
    lines = Comparison("idle", "an empty room", "%", rows, note="word " * 60).lines()
    assert len(lines) > 3
    assert all(line.startswith("  ") and len(line) <= 118 for line in lines[2:])
