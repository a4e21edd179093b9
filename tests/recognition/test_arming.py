"""Armed or not, as time goes by."""

from gesturectl.recognition.arming import ArmedBy, Arming


def armed_at(arming: Arming, *times_ms: int) -> list[bool]:
    return [arming.armed(t_ms) for t_ms in times_ms]


def test_nothing_is_armed_by_itself():
    assert not Arming().armed(0)


def test_the_arming_gesture_arms_while_it_lasts_and_for_a_while_after_it():
    arming = Arming(ArmedBy("fist", 5000))
    arming.begin("right", 1000)
    assert armed_at(arming, 1000, 60_000) == [True, True]
    arming.end("right", 61_000)
    assert armed_at(arming, 65_999, 66_000) == [True, False]


def test_each_gesture_that_acts_prolongs_it_but_none_brings_it_back():
    arming = Arming(ArmedBy("fist", 5000))
    arming.begin("right", 0)
    arming.end("right", 100)
    arming.acted(4000)
    assert armed_at(arming, 8999, 9000) == [True, False]
    arming.acted(9500)
    assert not arming.armed(9600)


def test_a_clutch_arms_until_it_is_let_go():
    arming = Arming()
    arming.engage()
    assert arming.armed(10**9)
    assert arming.left_ms(10**9) is None
    arming.disarm()
    assert not arming.armed(10**9)


def test_hands_that_are_gone_for_two_seconds_disarm():
    for arm in (lambda arming: arming.begin("left", 0), lambda arming: arming.engage()):
        arming = Arming()
        arm(arming)
        arming.see(("left",), 100)
        arming.see((), 1000)
        assert arming.armed(3000)
        arming.see(("left",), 3001)
        assert not arming.armed(3002)


def test_a_hand_that_comes_back_in_time_stays_armed():
    arming = Arming()
    arming.engage()
    arming.see((), 1000)
    arming.see((), 2000)
    arming.see(("right",), 2900)
    assert arming.armed(9000)


def test_a_clutch_pressed_before_the_hand_is_raised_stays():
    arming = Arming()
    arming.see((), 0)
    arming.engage()
    assert arming.armed(60_000)


def test_it_tells_how_long_is_left_and_how_to_arm():
    arming = Arming(ArmedBy("wave", 2000))
    arming.begin("right", 0)
    assert arming.left_ms(10) is None
    arming.end("right", 500)
    assert arming.left_ms(1000) == 1500
    assert arming.left_ms(2500) is None
    assert ArmedBy("wave").how == "make wave"
    assert ArmedBy("fist").how == "hold fist still"
