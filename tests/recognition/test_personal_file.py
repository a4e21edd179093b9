"""The file of personal gestures: whole or refused, never half of it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import PersonalGesture, learn, study
from gesturectl.recognition.personal_file import (
    PersonalFileError,
    Stored,
    known_gestures,
    read_personal,
    write_personal,
)
from gesturectl.recognition.variations import track
from gesturectl.recognition.vocabulary import STARTER


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


@pytest.fixture(scope="module")
def stored(toy):
    takes = {way: [study(toy, track(drawn(way, seed))) for seed in range(2)] for way in ("ring", "drop")}
    takes["clap"] = [study(toy, track(drawn("zigzag", seed, hands=(0, 1)))) for seed in range(2)]
    return Stored(learn(toy.sha256, takes, {}), ("here",), ("idle",), ("gone",), either_hand=True)


@pytest.fixture
def file(stored, tmp_path):
    path = tmp_path / "new" / "personal.npz"
    write_personal(path, stored)
    return path


def test_what_is_read_says_what_was_written(file, stored, toy):
    found = read_personal(file)
    assert found.personal.gestures == stored.personal.gestures
    assert (found.sources, found.idle, found.left_out, found.either_hand) == (("here",), ("idle",), ("gone",), True)
    assert found.personal.model_sha256 == toy.sha256
    plain = study(toy, track(drawn("ring", 7))).plain
    assert np.allclose(found.personal.of_rows(plain), stored.personal.of_rows(plain), atol=1e-3)


def test_nothing_is_left_beside_the_file(file):
    assert [path.name for path in file.parent.iterdir()] == ["personal.npz"]


def test_no_file_is_no_mistake(tmp_path):
    assert read_personal(tmp_path / "none.npz") is None
    assert known_gestures(tmp_path / "none.npz") == STARTER


def test_personal_gestures_are_known_to_profiles(file):
    assert known_gestures(file) == (*STARTER, "drop", "ring", "clap")


def test_a_damaged_file_leaves_the_models_gestures(file):
    file.write_bytes(b"not an archive")
    assert known_gestures(file) == STARTER


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_is_told_in_a_sentence(file, data):
    whole = file.read_bytes()
    if data.draw(st.booleans()):
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        at = data.draw(st.integers(0, len(whole) - 9))
        damaged = whole[:at] + data.draw(st.binary(min_size=8, max_size=8)) + whole[at + 8 :]
    other = file.with_name("damaged.npz")
    other.write_bytes(damaged)
    try:
        read_personal(other)  # some bytes of an archive don't matter
    except PersonalFileError as error:
        assert error.place == str(other)
        assert error.remedy


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"version": 99}, "version 99"),
        ({"gestures": []}, "don't fit"),
        ({"gestures": [{"name": "", "takes": 1, "hands": ["left"], "both": False, "length_ms": 1}]}, "damaged"),
        ({"gestures": "ring"}, "damaged"),
    ],
)
def test_a_file_edited_by_hand_is_refused(file, change, fact):
    with np.load(file) as arrays:
        held = dict(arrays)
    held["meta"] = np.array(json.dumps(json.loads(str(held["meta"])) | change))
    np.savez(file, **held)
    with pytest.raises(PersonalFileError, match=fact):
        read_personal(file)


def test_numbers_that_are_none_are_refused(file):
    with np.load(file) as arrays:
        held = dict(arrays)
    held["one.weights"] = held["one.weights"] * np.nan
    np.savez(file, **held)
    with pytest.raises(PersonalFileError, match="damaged"):
        read_personal(file)


@given(name=st.text(min_size=1, max_size=40).filter(str.strip))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_survives(stored, tmp_path, name):
    gesture = PersonalGesture(name, 3, ("right",), False, 900)
    personal = replace(stored.personal, gestures=(gesture, *stored.personal.gestures[1:]))
    path = tmp_path / "named.npz"
    write_personal(path, Stored(personal, (), ()))
    assert read_personal(path).personal.labels[0] == name


def test_a_folder_that_cant_be_written_is_told(stored, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PersonalFileError, match="can't be written"):
        write_personal(tmp_path / "file" / "personal.npz", stored)


def test_numbers_that_would_fill_the_memory_arent_read(file, monkeypatch):
    monkeypatch.setattr("gesturectl.recognition.personal_file._LARGEST_BYTES", file.stat().st_size)
    with pytest.raises(PersonalFileError, match="claims to hold"):
        read_personal(file)
