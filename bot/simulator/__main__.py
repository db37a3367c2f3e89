"""``python -m bot.simulator``: run a Telegram on this machine."""

import argparse
import asyncio
import json
import os
import re
import secrets
import signal
import string
import sys
import threading
from collections.abc import Sequence

from bot.simulator.accelerated import accelerated
from bot.simulator.errors import StartError
from bot.simulator.faults.plan import Chance
from bot.simulator.server.app import Server, Settings
from bot.simulator.world.flood import NO_LIMITS, FloodLimits

_TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]{20,}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulator; return the exit status."""
    options = _parser().parse_args(argv)
    settings = Settings(
        host=options.host,
        port=options.port,
        token=options.token or _random_token(),
        limits=NO_LIMITS if options.no_flood else FloodLimits(),
        down_for=options.down,
        chance=Chance(options.fault_seed, options.fault_rate) if options.fault_rate else None,
        pace=options.pace,
    )
    try:
        with asyncio.Runner(loop_factory=accelerated(options.pace)) as runner:
            runner.run(_run(settings, exit_with_parent=options.exit_with_parent))
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port; 0 takes a free one")
    parser.add_argument("--token", type=_token, help="the bot's token; random if not given")
    parser.add_argument("--no-flood", action="store_true", help="do not enforce flood limits")
    parser.add_argument(
        "--down", type=float, default=0.0, help="seconds to refuse connections at the start"
    )
    parser.add_argument(
        "--fault-rate", type=_share, default=0.0, help="share of calls that go wrong, 0 to 1"
    )
    parser.add_argument(
        "--fault-seed", type=int, default=0, help="which calls go wrong, and how (%(default)s)"
    )
    parser.add_argument(
        "--pace", type=float, default=1.0, help="seconds that pass in a true one (%(default)s)"
    )
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input ends"
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose one from 0 to 65535")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share; choose one from 0 to 1")
    return share


def _token(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise argparse.ArgumentTypeError("not a token; it looks like 123456789:AA... (35 letters)")
    return text


def _random_token() -> str:
    letters = string.ascii_letters + string.digits + "_-"
    secret = "AA" + "".join(secrets.choice(letters) for _ in range(33))
    return f"{100_000_000 + secrets.randbelow(900_000_000)}:{secret}"


async def _run(settings: Settings, *, exit_with_parent: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = Server(settings)
    address = await server.start()
    try:
        ready = {"page": f"{address}/", "api": address, "token": settings.token}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        if exit_with_parent:
            _stop_at_end_of_input(stop)
        await stop.wait()
    finally:
        await server.stop()


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def watch() -> None:
        # Not through sys.stdin: its lock would be held here when the interpreter ends.
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
