"""News from the engine to whoever listens in the same process."""

import threading

from daemon_fakes import eventually

from gesturectl.daemon.broadcast import Broadcast, Progress, SettingsChanged, StatusChanged
from gesturectl.daemon.performer import Report
from gesturectl.daemon.status import Status
from gesturectl.settings import Settings
from gesturectl.types import GestureEvent, Phase


def status(app=""):
    return StatusChanged(Status(app=app))


def report(t_ms=0):
    return Report(GestureEvent("fist", "right", Phase.BEGIN, 0.9, t_ms), "press Right")


def test_everybody_who_listens_hears_it():
    broadcast = Broadcast()
    with broadcast.listen() as one, broadcast.listen() as other:
        broadcast.publish(report())
        assert one.take(0) == other.take(0) == report()


def test_only_the_kinds_that_were_asked_for_come():
    broadcast = Broadcast()
    with broadcast.listen(Report) as listener:
        broadcast.publish(status())
        broadcast.publish(SettingsChanged(Settings()))
        broadcast.publish(report())
        assert listener.drain() == [report()]
        assert broadcast.wanted(Report)
        assert not broadcast.wanted(StatusChanged)
    assert not broadcast.wanted(Report)


def test_of_statuses_in_a_row_the_newest_counts_and_every_report_does():
    broadcast = Broadcast()
    with broadcast.listen() as listener:
        for news in (status("a"), status("b"), report(1), report(2), status("c"), status("d")):
            broadcast.publish(news)
        assert listener.drain() == [status("b"), report(1), report(2), status("d")]


def test_a_jobs_progress_is_replaced_by_its_next_but_never_its_end_or_its_details():
    broadcast = Broadcast()
    told = [
        Progress("training", "running", fraction=0.1),
        Progress("training", "running", fraction=0.2),
        Progress("recording", "running", details={"take": 1}),
        Progress("recording", "done"),
        Progress("recording", "running"),
    ]
    with broadcast.listen() as listener:
        for news in told:
            broadcast.publish(news)
        assert listener.drain() == told[1:]


def test_a_listener_that_sleeps_loses_the_oldest_and_knows_how_many():
    broadcast = Broadcast()
    with broadcast.listen() as listener:
        for t_ms in range(300):
            broadcast.publish(report(t_ms))
        assert listener.missed == 300 - 256
        first = listener.take(0)
        assert isinstance(first, Report)
        assert first.event.t_ms == 44


def test_closing_ends_a_wait_from_another_thread():
    broadcast = Broadcast()
    listener = broadcast.listen()
    taken = []
    thread = threading.Thread(target=lambda: taken.append(listener.take()))
    thread.start()
    listener.close()
    listener.close()
    thread.join(3)
    assert taken == [None]
    broadcast.publish(report())
    assert listener.drain() == []


def test_a_wait_ends_when_something_comes():
    broadcast = Broadcast()
    with broadcast.listen() as listener:
        taken = []
        thread = threading.Thread(target=lambda: taken.append(listener.take(5)))
        thread.start()
        broadcast.publish(report())
        thread.join(3)
        assert taken == [report()]


def test_who_is_woken_can_drain_and_one_whose_wake_fails_is_let_go():
    broadcast = Broadcast()
    heard = []

    def broken():
        raise RuntimeError("event loop is closed")

    with broadcast.listen(wake=lambda: heard.extend(listener.drain())) as listener:
        broadcast.listen(wake=broken)
        broadcast.publish(report(1))
        broadcast.publish(report(2))
        assert heard == [report(1), report(2)]
        assert len(broadcast._listeners) == 1


def test_whoever_joins_is_noticed_and_may_come_and_go_while_news_are_published():
    joined = []
    broadcast = Broadcast(lambda: joined.append(1))
    done = threading.Event()

    def come_and_go():
        for _ in range(200):
            with broadcast.listen() as listener:
                listener.take(0.0)
        done.set()

    threading.Thread(target=come_and_go).start()
    while not done.is_set():
        broadcast.publish(report())
    assert eventually(lambda: len(joined) == 200)
    assert not broadcast.wanted(Report)
