"""A person's own gestures, learnt from a few takes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from personal_takes import drawn
from toy_model import TOY_CARD, write_toy_model

from gesturectl.evaluation.variants import mirrored as seen_in_a_mirror
from gesturectl.recognition.background import between_takes
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.head import Examples, fit
from gesturectl.recognition.personal import THRESHOLDS, learn, study
from gesturectl.recognition.personalised import TAKES_OVER, Personalised
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.variations import as_right, between, mirrored, track, variations, windows
from gesturectl.types import NOTHING, Hands, Phase


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


@pytest.fixture(scope="module")
def personal(toy):
    return enrolled(toy, ("ring", "zigzag"), 3)


def enrolled(toy, ways, shots, hands=(1,)):
    tracks = {way: [track(drawn(way, seed, hands=hands)) for seed in range(shots)] for way in ways}
    takes = {way: [study(toy, take) for take in made] for way, made in tracks.items()}
    idle = study(toy, track(drawn("rest", 9, 3.0, hands=hands))).rows
    return learn(toy.sha256, takes, {"idle": idle, "between": between_takes(toy, tracks)})


def seen_as(personal, toy, take):
    shares = personal.of_rows(study(toy, track(take)).plain).mean(axis=0)
    return personal.labels[int(shares.argmax())]


def frames(take):
    for k, t_ms in enumerate(take.t_ms.tolist()):
        score = take.present[k].astype(np.float32)
        yield Hands(t_ms, take.image_points[k], take.world_points[k], take.present[k], score, take.aspect)


def begun(recogniser, take):
    return [e.gesture for hands in frames(take) for e in recogniser.update(hands) if e.phase is Phase.BEGIN]


@pytest.mark.parametrize("shots", [1, 3, 5])
def test_other_takes_of_enrolled_gestures_are_recognised(toy, shots):
    personal = enrolled(toy, ("ring", "zigzag", "drop"), shots)
    for way in personal.labels:
        assert [seen_as(personal, toy, drawn(way, seed)) for seed in (20, 21, 22)] == [way] * 3


def test_the_same_takes_give_the_same_head(toy, personal):
    again = enrolled(toy, ("ring", "zigzag"), 3)
    assert np.array_equal(personal.one.weights, again.one.weights)
    assert np.array_equal(personal.one.calibration, again.one.calibration)


def test_what_rests_is_none_of_them(toy, personal):
    shares = personal.of_rows(study(toy, track(drawn("rest", 33, 3.0))).plain)
    assert shares.sum(axis=1).max() < TAKES_OVER


def test_the_threshold_goes_by_the_number_of_takes(toy):
    found = [enrolled(toy, ("ring", "zigzag"), shots).gestures[0].threshold for shots in (1, 3, 5)]
    assert found == [THRESHOLDS[0], THRESHOLDS[2], THRESHOLDS[4]]


def test_a_personal_gesture_happens_live_once(toy, personal):
    take = drawn("ring", 50, 1.6)
    assert begun(Recogniser(toy, personal=personal), take) == ["ring"]
    assert "ring" not in begun(Recogniser(toy), take)


def test_a_gesture_learnt_with_the_right_hand_leaves_the_left_alone(toy, personal):
    assert personal.gestures[0].hands == ("right",)
    assert begun(Recogniser(toy, personal=personal), drawn("ring", 50, 1.6, hands=(0,))).count("ring") == 0


def test_learnt_with_both_hands_in_turn_either_may_make_it(toy):
    tracks = {way: [track(drawn(way, seed, hands=(seed % 2,))) for seed in range(4)] for way in ("ring", "zigzag")}
    made = {way: [study(toy, take) for take in takes] for way, takes in tracks.items()}
    personal = learn(toy.sha256, made, {"between": between_takes(toy, tracks)})
    assert personal.gestures[0].hands == ("left", "right")
    for slot in (0, 1):
        assert begun(Recogniser(toy, personal=personal), drawn("ring", 50, 1.6, hands=(slot,))) == ["ring"]


def test_gestures_of_both_hands_need_both(toy):
    takes = {
        "drop": [study(toy, track(drawn("drop", seed, hands=(0, 1)))) for seed in range(3)],
        "ring": [study(toy, track(drawn("ring", seed, hands=(0, 1)))) for seed in range(3)],
    }
    personal = learn(toy.sha256, takes, {"idle": study(toy, track(drawn("rest", 9, 3.0, hands=(0, 1)))).rows})
    assert all(gesture.both for gesture in personal.gestures)
    assert "drop" in begun(Recogniser(toy, personal=personal), drawn("drop", 40, 1.6, hands=(0, 1)))
    assert "drop" not in begun(Recogniser(toy, personal=personal), drawn("drop", 40, 1.6))


def test_the_models_own_scores_stay_where_no_personal_gesture_is_likely(toy, personal):
    base, own = Personalised(toy, personal), np.array([[0.1, 0.2], [0.0, 0.0]], np.float32)
    given = np.array([[0.3, 0.7], [0.4, 0.6]], np.float32)
    combined = base._combined(given, own)
    assert combined[:, 1].tolist() == given[:, 1].tolist()
    assert np.allclose(combined.sum(axis=1), 1)
    assert np.allclose(combined[1], [0.4, 0.6, 0, 0])


def test_a_likely_personal_gesture_takes_from_everything(toy, personal):
    combined = Personalised(toy, personal)._combined(
        np.array([[0.1, 0.9]], np.float32), np.array([[0.9, 0.05]], np.float32)
    )
    assert combined[0].argmax() == 2
    assert np.isclose(combined.sum(), 1)


def test_with_none_enrolled_the_recogniser_says_what_it_always_said(toy):
    take = drawn("rest", 5, 3.0)
    with_none, plain = Recogniser(toy, personal=None), Recogniser(toy)
    for hands in frames(take):
        assert with_none.update(hands) == plain.update(hands)
        for hand, prediction in plain.last.items():
            assert with_none.last[hand].labels == prediction.labels == toy.card.labels
            assert np.array_equal(with_none.last[hand].scores, prediction.scores)


def test_the_models_gestures_still_happen_beside_personal_ones(toy, personal):
    assert begun(Recogniser(toy, personal=personal), drawn("rest", 5, 3.0)) == ["fist"]


def test_a_personal_gesture_named_like_one_of_the_models_adds_to_it(toy):
    takes = {
        "fist": [study(toy, track(drawn("ring", seed))) for seed in range(3)],
        "drop": [study(toy, track(drawn("drop", seed))) for seed in range(3)],
    }
    both = Personalised(toy, learn(toy.sha256, takes, {}))
    assert both.card.labels == ("nothing", "fist", "drop")


def test_takes_of_a_starter_gesture_add_to_it_and_leave_the_others_alone(toy):
    card = replace(TOY_CARD, labels=(NOTHING, "swipe_left", "swipe_right"))
    starter = SimpleNamespace(card=card, sha256=toy.sha256, provider=toy.provider)
    ways = {"swipe_left": "ring", "snap": "drop"}
    takes = {name: [study(toy, track(drawn(way, seed))) for seed in range(3)] for name, way in ways.items()}
    both = Personalised(starter, learn(toy.sha256, takes, {}))
    assert both.card.labels == (NOTHING, "swipe_left", "swipe_right", "snap")
    left, snap = (both.personal.labels.index(name) for name in ("swipe_left", "snap"))

    def combined(own):
        scores = np.zeros((1, 2), np.float32)
        for place, value in own.items():
            scores[0, place] = value
        return both._combined(np.array([[0.5, 0.1, 0.4]], np.float32), scores)[0]

    assert np.allclose(combined({left: 0.9}), [0.05, 0.55, 0.4, 0])  # nothing's share alone
    assert combined({left: 0.97})[1] > 0.9  # hardly a doubt
    assert combined({snap: 0.9})[3] > 0.8  # a gesture of one's own, as ever
    assert np.allclose(combined({left: 0.5, snap: 0.4}).sum(), 1)


def test_variations_of_a_take_depend_on_the_take_alone():
    take = track(drawn("ring", 1))
    first, second = (list(variations(take, TOY_CARD.window, 2)) for _ in range(2))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], first[1], equal_nan=True)


@pytest.mark.parametrize("hands", [(1,), (0, 1)])
def test_the_mirror_image_of_a_take_gives_mirrored_windows(hands):
    take = drawn("zigzag", 3, hands=hands)
    one, two = (np.concatenate(list(variations(track(t), TOY_CARD.window, 2))) for t in (take, seen_in_a_mirror(take)))
    moved = two[:, ::-1] * [-1, 1, 1] + [1, 0, 0]
    assert np.isfinite(one[:, 1]).any()
    assert np.array_equal(np.isnan(moved), np.isnan(one))
    assert np.nanmax(np.abs(moved - one)) < 1e-4


def test_who_uses_the_other_hand_gets_the_same_ways_between_takes(toy):
    library = {name: [drawn(name, seed) for seed in range(2)] for name in ("ring", "zigzag")}
    # Their names sort the other way round, as swipe_left and swipe_right do in a mirror.
    other = {name[::-1]: [seen_in_a_mirror(take) for take in takes] for name, takes in library.items()}
    one, two = (
        between_takes(toy, {name: [track(t) for t in takes] for name, takes in made.items()}).one
        for made in (library, other)
    )
    described = slice(TOY_CARD.embedding, None)  # what a left hand does sideways has another sign; the rest is alike
    assert np.abs(two[:, described]) == pytest.approx(np.abs(one[:, described]), abs=1e-3)


def test_a_left_hand_turned_into_a_right_one_goes_the_same_way():
    left, right = (track(drawn("zigzag", 3, hands=(slot,))) for slot in (0, 1))
    ends = left.t_ms[-1:]
    turned = as_right(windows(left, TOY_CARD.window, ends)[:, 0])
    straight = windows(right, TOY_CARD.window, ends)[:, 1]
    assert np.nanmax(np.abs(turned[..., 1] - straight[..., 1])) < 0.01
    way, wanted = (np.diff(w[0, :, 9, 0]) for w in (turned, straight))
    assert np.nanmax(np.abs(way - wanted)) < 0.01
    assert (turned[0, -1, 4, 0] < turned[0, -1, 20, 0]) == (straight[0, -1, 4, 0] < straight[0, -1, 20, 0])


def test_a_mirrored_take_is_of_the_other_hand():
    take = mirrored(track(drawn("ring", 1)))
    assert take.present[:, 0].all() and not take.present[:, 1].any()


def test_ways_between_takes_are_whole_windows_with_a_hand():
    random = np.random.default_rng(0)
    cut = between(random, track(drawn("ring", 1)), track(drawn("drop", 2)), TOY_CARD.window)
    assert cut.shape == (4, 2, TOY_CARD.steps, 21, 3)
    assert np.isfinite(cut[:, 1, -1]).all()


def test_a_take_without_a_hand_teaches_nothing(toy):
    assert len(study(toy, track(drawn("ring", 1, hands=()))).plain.one) == 0


def test_odds_of_examples_left_out_decide_how_sure_a_head_is():
    """Takes that agree make it surer than takes that don't."""
    random = np.random.default_rng(1)

    def odds(spread):
        centres = np.repeat(np.eye(8)[:2] * 3, 4, axis=0) + random.normal(0, spread, (8, 8))
        features = np.concatenate([np.repeat(centres, 10, axis=0) + random.normal(0, 0.3, (80, 8)),
                                   random.normal(0, 1, (80, 8))])  # fmt: skip
        group = np.concatenate([np.repeat([0, 1], 40), np.full(80, 2)])
        take = np.concatenate([np.tile(np.repeat(np.arange(4), 10), 2), np.arange(80) % 4])
        head = fit(Examples(features, group, take, 2))
        return float(head.log_odds(np.eye(8)[:1] * 3)[0, 0])

    assert odds(0.1) > odds(1.5)
