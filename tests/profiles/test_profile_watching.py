"""Profiles follow their files, and keep the last good ones."""

import pytest

from gesturectl.errors import ConfigError
from gesturectl.profiles.watch import ProfileWatch
from gesturectl.recognition.vocabulary import STARTER

GOOD = "[intents]\nfist = 'none'"
BETTER = "[intents]\nfist = 'none'\nok = 'none'"
BAD = "[intents]\nfits = 'none'"


def test_nothing_changes_while_no_file_does(write):
    watch = ProfileWatch([write(GOOD)], STARTER)
    assert watch.poll() is None
    assert watch.poll() is None


def test_a_change_counts_when_two_polls_see_the_same(write):
    watch = ProfileWatch([write(GOOD)], STARTER)
    write(BETTER)
    assert watch.poll() is None
    change = watch.poll()
    assert change.error is None
    assert change.profiles is watch.current
    assert "ok" in watch.current.intents
    assert watch.poll() is None


def test_a_file_that_is_still_being_written_is_left_in_peace(write):
    watch = ProfileWatch([write(GOOD)], STARTER)
    for text in (BAD, BAD + "\n# more", BETTER):
        write(text)
        assert watch.poll() is None
    assert watch.poll().error is None


def test_a_bad_file_leaves_the_last_good_profiles_in_force_and_is_reported_once(write):
    watch = ProfileWatch([write(GOOD)], STARTER)
    good = watch.current
    write(BAD)
    watch.poll()
    change = watch.poll()
    assert 'there is no gesture "fits"' in str(change.error)
    assert change.profiles is watch.current is good
    assert watch.poll() is None
    write(BETTER)
    watch.poll()
    assert watch.poll().error is None
    assert "ok" in watch.current.intents


def test_new_files_and_vanished_files_are_changes(write):
    folder = write(GOOD)
    watch = ProfileWatch([folder], STARTER)
    write("[intents]\nok = 'none'", "more.toml")
    watch.poll()
    watch.poll()
    assert set(watch.current.intents) == {"fist", "ok"}
    (folder / "my.toml").unlink()
    watch.poll()
    watch.poll()
    assert set(watch.current.intents) == {"ok"}


def test_reload_reads_at_once_and_may_bring_new_gestures(write):
    watch = ProfileWatch([write(GOOD)], STARTER)
    write("[intents]\nsalute = 'none'")
    assert watch.reload().error is not None
    assert watch.reload((*STARTER, "salute")).error is None
    assert "salute" in watch.current.intents


def test_there_is_no_last_good_state_at_the_start(write):
    with pytest.raises(ConfigError):
        ProfileWatch([write(BAD)], STARTER)
