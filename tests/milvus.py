"""Real Milvus servers for tests: Milvus Lite, and the server that PyPI has as ``milvus==2.3.5``.

When Lite comes back, its collections are released: who searches must load them again. The real one
loads them itself, and says "collection not loaded" for a second or so although it says ``OK``.
It also listens on every address of the machine, which no setting of 2.3.5 prevents.
"""

import fcntl
import json
import lzma
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).parent.parent
VERSION = "2.3.5"
_PATIENCE = 120.0
_GRACE = 2.0
_GOOD = re.compile(rb'OK|"true"')
_LISTENS = re.compile(r'Proxy server listen on tcp"\] \[port=(\d+)')


@dataclass
class MilvusServer:
    """A server on a port of its own, with data of its own, that can be killed and started again."""

    uri: str
    kind: str
    """``lite`` or ``real``; in a cluster, its role."""
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    health: str = ""
    """The address that says ``OK``; of Lite, which has none, that it listens must do."""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        """What it said since it was started."""
        return self.folder / "log"

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: It does not, or answers on another port than before.
        """
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - found by us
                self.command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=dict(self.environment) or None,
            )
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Milvus does not answer: {self.log.read_text()[-4000:]}")
            time.sleep(0.05)
        self._check_port()

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_GRACE)
        self.kill()

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It hangs for as long as the block: takes what it is sent, and answers nothing."""
        if self.process is None:
            raise RuntimeError("Milvus is not at work")
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        address, port = self.uri.removeprefix("http://").split(":")
        with suppress(OSError):
            if self.health:
                with urllib.request.urlopen(self.health, timeout=1) as answer:  # noqa: S310 - ours
                    return bool(_GOOD.search(answer.read()))
            socket.create_connection((address, int(port)), 1).close()
            return True
        return False

    def _check_port(self) -> None:
        """The real server takes the next port where its own is taken, and does not complain."""
        if self.kind in ("real", "proxy"):
            taken = _LISTENS.findall(self.log.read_text(errors="replace"))[-1]
            if not self.uri.endswith(f":{taken}"):
                self.kill()
                raise RuntimeError(f"Milvus answers on port {taken}, not at {self.uri}")


@contextmanager
def running_lite() -> Iterator[MilvusServer]:
    """A Milvus Lite that speaks gRPC, for as long as the block."""
    with new_folder() as folder:
        (port,) = free_ports(1)
        # It would listen on every address of the machine, and asks nobody who they are.
        command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--data-dir", str(folder / "data")]
        server = MilvusServer(f"http://127.0.0.1:{port}", "lite", command, folder)
        with started(server):
            yield server


@contextmanager
def running_real() -> Iterator[MilvusServer]:
    """A Milvus 2.3.5, all its roles in one process, for as long as the block.

    Raises:
        FileNotFoundError: There is no such server for this machine.
    """
    programs = unpacked_milvus()
    with new_folder() as folder:
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        (folder / "etcd.yaml").write_text(json.dumps(etcd_settings(ports)))
        etcd = {
            "endpoints": f"127.0.0.1:{ports['etcd']}",
            "use": {"embed": True},
            "data": {"dir": str(folder / "etcd")},
            "config": {"path": str(folder / "etcd.yaml")},
        }
        queue = {"mq": {"type": "rocksmq"}, "rocksmq": {"path": str(folder / "rocksmq")}}
        write_settings(folder, folder / "data", ports, {"etcd": etcd, **queue})
        server = MilvusServer(
            uri=f"http://127.0.0.1:{ports['proxy']}",
            kind="real",
            command=[programs / "milvus", "run", "standalone"],
            folder=folder,
            environment=milvus_environment(programs, folder, ports) | {"DEPLOY_MODE": "STANDALONE"},
            health=f"http://127.0.0.1:{ports['metrics']}/healthz",
        )
        with started(server):
            yield server


_ROLES = (
    "rootCoord",
    "queryCoord",
    "dataCoord",
    "indexCoord",
    "queryNode",
    "indexNode",
    "dataNode",
)
PORTS = ("etcd", "peer", "metrics", "proxy", "internal", *_ROLES)


def write_settings(
    folder: Path, data: Path, ports: Mapping[str, int], more: Mapping[str, object]
) -> None:
    """Write ``milvus.yaml`` into a folder; JSON is YAML.

    Args:
        folder: What ``MILVUSCONF`` is to name.
        data: Where what is indexed is kept; of a cluster, the same folder for all.
        ports: By the names of `PORTS`.
        more: Tables that stand in the place of those that hold for every server.
    """
    roles = {role: {"ip": "127.0.0.1", "port": ports[role]} for role in _ROLES}
    proxy = {"ip": "127.0.0.1", "port": ports["proxy"], "internalPort": ports["internal"]}
    common = {
        "storageType": "local",
        "gracefulStopTimeout": 1,
        # Whoever was killed is held to be alive for so many seconds.
        "session": {"ttl": 3, "retryTimes": 30},
    }
    settings = {**roles, "proxy": proxy, "common": common, "localStorage": {"path": str(data)}}
    (folder / "milvus.yaml").write_text(json.dumps({**settings, **more}))
    (folder / "glog.conf").write_text("--logtostderr=true\n--minloglevel=2\n")


def etcd_settings(ports: Mapping[str, int]) -> dict[str, str]:
    """What etcd is told, as its settings file and its options call it."""
    etcd, peer = (f"http://127.0.0.1:{ports[name]}" for name in ("etcd", "peer"))
    return {
        "name": "default",
        "listen-client-urls": etcd,
        "advertise-client-urls": etcd,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"default={peer}",
    }


def milvus_environment(programs: Path, folder: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """What ``milvus`` is run with, for the settings in a folder."""
    return {
        "LD_LIBRARY_PATH": str(programs),
        "MILVUSCONF": str(folder),
        "METRICS_PORT": str(ports["metrics"]),
    }


def unpacked_milvus() -> Path:
    """The folder of the program ``milvus`` and its libraries, from PyPI's wheel.

    Only that is needed of the wheel: installed beside pymilvus it would want an old setuptools, and
    an environment that names it could not be made where there is no such wheel.

    Raises:
        FileNotFoundError: There is no such wheel for this machine, or no network.
    """
    kept = _ROOT / ".chuchu" / f"milvus-{VERSION}"
    kept.parent.mkdir(exist_ok=True)
    with kept.with_name(f"{kept.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
                _unpack(_download(Path(folder)), Path(folder) / "programs")
                (Path(folder) / "programs").rename(kept)
    return kept


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--retries=1", "--dest", folder, f"milvus=={VERSION}"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise FileNotFoundError(f"no Milvus server: pip download milvus=={VERSION}: {reason}")
    return next(folder.glob("*.whl"))


def _unpack(wheel: Path, programs: Path) -> None:
    programs.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".lzma"):
                program = programs / Path(name).stem
                with lzma.open(archive.open(name)) as packed, program.open("wb") as file:
                    shutil.copyfileobj(packed, file)
                program.chmod(0o755)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as taken:
        sockets = [
            taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [int(each.getsockname()[1]) for each in sockets]


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder for a server, for as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="chuchu-milvus-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(server: MilvusServer) -> Iterator[None]:
    """A server at work, for as long as the block."""
    server.start()
    try:
        yield
    finally:
        server.stop()
