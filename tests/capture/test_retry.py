from gesturectl.capture.retry import BackOff


def test_delays_double_up_to_the_ceiling() -> None:
    back_off = BackOff(first_ms=100, ceiling_ms=1000)
    assert [back_off.next_delay_ms() for _ in range(6)] == [100, 200, 400, 800, 1000, 1000]


def test_frames_that_come_again_start_the_delays_over() -> None:
    back_off = BackOff(first_ms=100, ceiling_ms=1000)
    back_off.next_delay_ms()
    back_off.next_delay_ms()
    back_off.reset()
    assert back_off.next_delay_ms() == 100
