"""The playground's web server: this machine alone, one page, four calls."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from pathlib import Path

from aiohttp import web

from retrieval.errors import LabelError, RetrievalError
from retrieval.evaluation.labels import Label
from retrieval.evaluation.playground.looking import Bench, Look, Tuning
from retrieval.page import LOOK
from retrieval.page.guard import add_headers, guard
from retrieval.types import Features, Json

_PAGE = Path(__file__).parent / "page"
_HOST = "127.0.0.1"
_LARGEST = 64 * 1024
_PATIENCE = 0.5

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Playground:
    """A running playground."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> str:
        """Listen on this machine alone, and return the address.

        Args:
            port: 0 takes any free one.

        Raises:
            RetrievalError: The port is in use.
        """
        runner = web.AppRunner(self._build(), access_log=None, shutdown_timeout=_PATIENCE)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, port).start()
        except OSError as error:
            await runner.cleanup()
            raise RetrievalError(
                f"port {port} cannot be listened on ({error.strerror}); choose another with --port"
            ) from None
        self._runner = runner
        return f"http://{_HOST}:{runner.addresses[0][1]}/"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _build(self) -> web.Application:
        app = web.Application(middlewares=[guard, _explain], client_max_size=_LARGEST)
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/", _index)
        app.router.add_get("/api/tuning", self._tuning)
        app.router.add_post("/api/look", self._look)
        app.router.add_post("/api/label", self._label)
        app.router.add_post("/api/unlabel", self._unlabel)
        app.router.add_static("/page/", _PAGE)
        app.router.add_static("/look/", LOOK)
        return app

    async def _tuning(self, _: web.Request) -> web.Response:
        shipped = self._bench.shipped
        ranking = shipped.ranking
        return web.json_response(
            {
                "threshold": shipped.threshold,
                "intercept": ranking.intercept,
                "weights": ranking.weights._asdict(),
                "confidence": ranking.confidence._asdict(),
                "labels": str(self._bench.labels),
            }
        )

    async def _look(self, request: web.Request) -> web.Response:
        raw = await _read(request)
        tuning = _tuned(raw, self._bench.shipped)
        question = _text(raw, "question")
        return web.json_response(
            _look_json(await asyncio.to_thread(self._bench.look, question, tuning))
        )

    async def _label(self, request: web.Request) -> web.Response:
        raw = await _read(request)
        labels = [_read_label(raw)] if "source" in raw else []
        await asyncio.to_thread(self._bench.label, _text(raw, "question"), labels)
        return web.json_response({"file": str(self._bench.labels)})

    async def _unlabel(self, request: web.Request) -> web.Response:
        raw = await _read(request)
        await asyncio.to_thread(self._bench.unlabel, _text(raw, "question"), _read_label(raw))
        return web.json_response({"file": str(self._bench.labels)})


@web.middleware
async def _explain(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """What a person can cure is said; the page shows it."""
    try:
        return await handler(request)
    except RetrievalError as error:
        return web.json_response({"error": str(error)}, status=400)


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE / "index.html")


async def _read(request: web.Request) -> Json:
    # Only real JSON requests: a form of a foreign page could not send one without asking first.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        raw = await request.json()
    except ValueError:
        raise LabelError("not JSON") from None
    if not isinstance(raw, dict):
        raise LabelError("not a JSON object")
    return raw


def _text(raw: Json, name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        raise LabelError(f"{name} is not a text")
    return value


def _read_label(raw: Json) -> Label:
    return Label(_text(raw, "source"), _text(raw, "quote"))


def _tuned(raw: Json, shipped: Tuning) -> Tuning:
    """Weights as they are shipped, but for what the page changed."""
    try:
        ranking = replace(
            shipped.ranking,
            weights=_changed(shipped.ranking.weights, raw.get("weights", {})),
            confidence=_changed(shipped.ranking.confidence, raw.get("confidence", {})),
            intercept=float(raw.get("intercept", shipped.ranking.intercept)),
        )
        return Tuning(ranking, float(raw.get("threshold", shipped.threshold)))
    except (TypeError, ValueError, AttributeError) as error:
        raise LabelError(f"not weights: {error}") from None


def _changed(features: Features, changes: dict[str, float]) -> Features:
    return features._replace(**{name: float(value) for name, value in changes.items()})


def _look_json(look: Look) -> Json:
    raw = asdict(look)
    for passage, seen in zip(raw["passages"], look.passages, strict=True):
        # A browser counts a character beyond the first 65,536 as two.
        before, marked = seen.text[: seen.marked.start], seen.text[: seen.marked.end]
        passage["marked"] = [
            len(t.encode("utf-16-le", "surrogatepass")) // 2 for t in (before, marked)
        ]
    return raw
