from gesturectl.capture.retry import BackOff


def test_delays_double_up_to_the_ceiling() -> None:
    back_off = BackOff(first_ms=100, ceiling_ms=1000)
    assert [back_off.next_delay_ms() for _ in range(6)] == [100, 200, 400, 800, 1000, 1000]


def test_an_attempt_that_took_its_time_was_itself_a_wait() -> None:
    back_off = BackOff(first_ms=100, ceiling_ms=1000)
    assert [back_off.next_delay_ms(spent_ms=300) for _ in range(5)] == [100, 100, 100, 500, 700]


def test_frames_that_come_again_start_the_delays_over() -> None:
    back_off = BackOff(first_ms=100, ceiling_ms=1000)
    back_off.next_delay_ms()
    back_off.next_delay_ms()
    back_off.reset()
    assert back_off.next_delay_ms() == 100
