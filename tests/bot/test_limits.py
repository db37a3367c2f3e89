"""How often: questions by buckets, messages by what Telegram documents."""

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import GROUP, OVERALL, PRIVATE, Buckets, Notes, SendingLimits


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


@given(st.lists(st.tuples(st.sampled_from([1, 2, -1]), st.floats(0, 2)), max_size=200))
def test_messages_never_exceed_what_telegram_documents(steps: list[tuple[int, float]]) -> None:
    limits = SendingLimits()
    now, sent = 0.0, []
    for chat, passed in steps:
        now += passed
        wait = limits.reserve(chat, now, patience=1000)
        assert wait is not None
        sent.append((chat, now + wait))
    for chat, rates in ((1, PRIVATE), (2, PRIVATE), (-1, GROUP), (0, OVERALL)):
        moments = sorted(moment for to, moment in sent if to == chat or not chat)
        for rate in rates:
            for early, late in zip(moments, moments[rate.count :], strict=False):
                assert late - early >= rate.seconds - 1e-6


def test_a_pause_is_one_chats_until_two_ask_for_it_at_once() -> None:
    limits = SendingLimits()
    limits.pause(1, now=0, seconds=5)
    assert limits.reserve(1, 0, patience=10) == 5
    assert limits.reserve(2, 0, patience=10) == 0
    limits.pause(2, now=0.5, seconds=7)
    assert limits.reserve(3, 1, patience=10) == 6.5


def test_who_would_wait_too_long_takes_nothing() -> None:
    limits = SendingLimits()
    limits.rest(1, now=0, seconds=600)
    assert limits.reserve(1, 0, patience=30) is None
    assert limits.reserve(1, 600, patience=30) == 0
