"""A person's input told from ours."""

from gesturectl.daemon.real_input import RealInput


class Desk:
    """A clock, and a desktop that saw the last input at some time."""

    now_s, last_s = 100.0, None

    def __call__(self):
        return self.now_s

    def idle_ms(self):
        return None if self.last_s is None else round((self.now_s - self.last_s) * 1000)


def real_input():
    desk = Desk()
    return desk, RealInput(desk, desk)


def press(desk, real, at_s):
    desk.now_s = at_s
    with real.ours():
        desk.last_s = at_s


def test_where_nobody_can_tell_nobody_does():
    _, real = real_input()
    assert real.ago_ms() is None


def test_a_person_s_key_is_told():
    desk, real = real_input()
    desk.last_s = 99.8
    assert real.ago_ms() == 200


def test_what_we_press_isn_t_the_person_s():
    desk, real = real_input()
    press(desk, real, 100.0)
    desk.now_s = 100.3
    assert real.ago_ms() is None


def test_a_person_s_key_after_ours_is_told():
    desk, real = real_input()
    press(desk, real, 100.0)
    desk.now_s, desk.last_s = 101.0, 100.4
    assert real.ago_ms() == 600


def test_what_the_person_did_just_before_us_is_remembered():
    desk, real = real_input()
    desk.last_s = 99.9
    press(desk, real, 100.0)
    desk.now_s = 100.2
    assert real.ago_ms() == 300


def test_a_key_that_we_hold_may_repeat():
    desk, real = real_input()
    press(desk, real, 100.0)
    real.holding = True
    desk.now_s = desk.last_s = 103.0
    assert real.ago_ms() is None
    with real.ours():
        desk.last_s = desk.now_s
    real.holding = False
    desk.now_s = 103.5
    assert real.ago_ms() is None
    desk.last_s = 103.5
    assert real.ago_ms() == 0
