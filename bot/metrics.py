"""What the bot counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """All counters, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = {"registry": self.registry, "namespace": "chuchu"}
        self.updates = Counter("updates", "Updates received.", ["kind"], **own)  # type: ignore[arg-type]
        self.skipped = Counter("updates_skipped", "Updates not read.", ["reason"], **own)  # type: ignore[arg-type]
        self.accepted = Counter("requests_accepted", "Requests journaled.", ["wish"], **own)  # type: ignore[arg-type]
        self.refused = Counter("requests_refused", "Requests turned away.", ["reason"], **own)  # type: ignore[arg-type]
        self.finished = Counter("requests_finished", "Requests ended.", ["state"], **own)  # type: ignore[arg-type]
        self.recovered = Counter("requests_recovered", "Unfinished at start.", ["outcome"], **own)  # type: ignore[arg-type]
        self.seconds = Histogram(
            "answer_seconds",
            "From acceptance to delivery.",
            buckets=_SECONDS,
            **own,  # type: ignore[arg-type]
        )
        self.sent = Counter("messages", "Messages to Telegram.", ["result"], **own)  # type: ignore[arg-type]
        self.failures = Counter("receiving_failures", "Failed calls for updates.", ["kind"], **own)  # type: ignore[arg-type]
        self.waiting = Gauge("waiting", "Requests in queues.", **own)  # type: ignore[arg-type]
        self.ready = Gauge("ready", "Whether the model is loaded.", **own)  # type: ignore[arg-type]


def counts(counter: Counter) -> dict[str, int]:
    """How often each kind was counted, by the value of the counter's one label."""
    samples = next(iter(counter.collect())).samples
    totals = (each for each in samples if each.name.endswith("_total"))
    return {next(iter(each.labels.values())): round(each.value) for each in totals if each.value}
