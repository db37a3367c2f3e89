"""How often: questions by buckets, messages by what Telegram documents."""

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import GROUP, PRIVATE, Buckets, Notes, SendingLimits


def test_a_bucket_empties_and_fills_again() -> None:
    buckets = Buckets(per_minute=6, burst=3)
    assert [buckets.take(1, 0.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.take(2, 0.0)
    assert not buckets.take(1, 9.9)
    assert buckets.take(1, 20.0)


def test_one_note_a_minute_for_each_chat() -> None:
    notes = Notes()
    assert [notes.allow(1, now) for now in (0.0, 59.0, 60.0)] == [True, False, True]
    assert notes.allow(2, 59.0)


def send(limits: SendingLimits, chat: int, now: float) -> float:
    """Send as soon as may be; the moment at which that is."""
    wait = limits.reserve(chat, now, patience=1000, must_go=True)
    assert wait is not None
    return now + wait


@given(st.lists(st.tuples(st.sampled_from([1, 2, -1]), st.floats(0, 2)), max_size=200))
def test_messages_never_exceed_what_telegram_documents_for_a_chat(
    steps: list[tuple[int, float]],
) -> None:
    limits = SendingLimits()
    now, sent = 0.0, []
    for chat, passed in steps:
        now += passed
        sent.append((chat, send(limits, chat, now)))
    for chat, rates in ((1, PRIVATE), (2, PRIVATE), (-1, GROUP)):
        moments = sorted(moment for to, moment in sent if to == chat)
        for rate in rates:
            for early, late in zip(moments, moments[rate.count :], strict=False):
                assert late - early >= rate.seconds - 1e-6


@given(
    st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 0.5)), max_size=400),
    st.integers(0, 60),
)
def test_messages_sent_evenly_and_late_never_exceed_what_telegram_documents_in_all(
    steps: list[tuple[float, float]], at_once: int
) -> None:
    limits = SendingLimits()
    now, arrived = 0.0, []
    for number, (passed, late) in enumerate(steps):
        now += passed if number >= at_once else 0.0
        arrived.append(now + limits.reserve_among_all(number + 1, now) + late)
    tokens, then = 30.0, 0.0
    for moment in sorted(arrived):
        tokens = min(30.0, tokens + (moment - then) * 30) - 1
        then = moment
        assert tokens >= -1e-6


def test_thirty_messages_a_second_pass_without_waiting() -> None:
    limits = SendingLimits()
    waits = [limits.reserve_among_all(number, number / 30) for number in range(1800)]
    assert max(waits) < 1e-6


def test_a_chat_that_must_wait_holds_up_no_other() -> None:
    limits = SendingLimits()
    waiting = [send(limits, -1, 0.0) for _ in range(60)]
    assert waiting[-1] > 60
    for number in range(1, 41):
        assert send(limits, number, 0.0) == 0
        assert limits.reserve_among_all(number, 0.0) < 1


def test_a_chats_next_message_counts_from_when_the_last_one_went() -> None:
    limits = SendingLimits()
    for number in range(300):
        limits.reserve_among_all(number + 10, 0.0)
    for _ in range(3):
        assert send(limits, 1, 0.0) == 0
        went = limits.reserve_among_all(1, 0.0)
    assert went > 9
    assert send(limits, 1, went) >= went + 3.3 - 0.2


def test_a_pause_is_one_chats_until_two_ask_for_it_at_once() -> None:
    limits = SendingLimits()
    limits.pause(1, now=0, seconds=5)
    assert limits.reserve(1, 0, patience=10) == 5
    assert limits.reserve(2, 0, patience=10) == 0
    limits.pause(2, now=0.5, seconds=7)
    assert limits.reserve(3, 1, patience=10) == 6.5


def test_a_chat_that_is_to_be_left_alone_for_long_takes_nothing() -> None:
    limits = SendingLimits()
    limits.rest(1, now=0, seconds=600)
    assert limits.reserve(1, 0, patience=30) is None
    assert limits.reserve(1, 600, patience=30) == 0


def test_only_what_must_go_waits_for_its_chats_turn_however_long() -> None:
    limits = SendingLimits()
    for _ in range(18):
        assert limits.reserve(-1, 0, patience=1000) is not None
    assert limits.reserve(-1, 0, patience=31) is None
    assert limits.reserve(-1, 0, patience=31, must_go=True) == 61
