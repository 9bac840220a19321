"""Where bundles come from: sizes first, TLS only, nothing followed elsewhere."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import ipaddress
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from keruen.errors import InputError
from keruen.store.register import carrier
from keruen.store.register.carrier import fetched, secure_opener, sources, target_path

CONTENT = b"a bundle" * 1000


def basic(name: str, password: str) -> str:
    """A name and a password as a header says them."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class _Pages(BaseHTTPRequestHandler):
    """A server with a bundle, and with what a hostile one might answer."""

    def do_GET(self) -> None:
        elsewhere = {
            "/elsewhere": "/x.jlb",
            "/to-plain": "http://127.0.0.1:9/x",
            "/to-file": "file:///etc/passwd",
        }
        if self.path in elsewhere:
            self.send_response(302)
            self.send_header("Location", elsewhere[self.path])
            self.end_headers()
            return
        if self.path == "/private" and self.headers["Authorization"] != basic("u", "p@ss"):
            self.send_error(401)
            return
        if self.path == "/dripping":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
            return
        if self.path == "/gone":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/endless":
            size = 10**12 if self.path == "/boasting" else len(CONTENT)
            self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Proxy(socketserver.StreamRequestHandler):
    """An office's proxy: leads to the server, and keeps what it was told."""

    asked: ClassVar[list[list[str]]] = []

    def handle(self) -> None:
        words = [line.decode().strip() for line in iter(self.rfile.readline, b"\r\n")]
        self.asked.append(words)
        host, port = words[0].split()[1].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as there:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=self._copy, args=(there, self.connection))
            back.start()
            self._copy(self.connection, there)
            back.join()

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while words := source.recv(1 << 16):
                target.sendall(words)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Iterator[str]:
    """Address of a proxy."""
    _Proxy.asked.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine with its key, of nobody's authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def address(certificate: Path) -> Iterator[str]:
    """Address of a server over TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def trusting(certificate: Path) -> object:
    """What opens addresses, and knows the server's certificate."""
    return secure_opener(ssl.create_default_context(cafile=str(certificate)))


def test_bundle_over_tls(address: str, certificate: Path) -> None:
    """A bundle is fetched into a file that is gone afterwards."""
    with fetched(f"{address}/x.jlb", 10_000, trusting(certificate)) as path:
        assert path.read_bytes() == CONTENT
    assert not path.parent.exists()


def test_unknown_certificate(address: str) -> None:
    """A server whose certificate nobody vouches for is not listened to."""
    with pytest.raises(InputError) as refused, fetched(f"{address}/x", 10_000):
        pass
    assert refused.value.key == "error.carrier_address"
    assert "certificate" in str(refused.value.parameters["reason"]).lower()


@pytest.mark.parametrize(
    ("page", "limit", "key"),
    [
        ("/elsewhere", 10_000, "error.carrier_moved"),
        ("/boasting", 10_000, "error.carrier_size"),
        ("/endless", 7_999, "error.carrier_size"),
        ("/x", 7_999, "error.carrier_size"),
        ("/gone", 10_000, "error.carrier_address"),
        ("/to-plain", 10_000, "error.carrier_moved"),
        ("/to-file", 10_000, "error.carrier_moved"),
    ],
)
def test_hostile_answers(address: str, certificate: Path, page: str, limit: int, key: str) -> None:
    """What is too long, gone, or leads away from TLS is one message."""
    with (
        pytest.raises(InputError) as refused,
        fetched(address + page, limit, trusting(certificate)),
    ):
        pass
    assert refused.value.key == key


def test_office_behind_a_proxy(
    address: str, certificate: Path, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that was named is asked, with its password; one of the environment is not."""
    opener = trusting(certificate)
    for named, told in ((proxy, []), (f"http://u:p%40ss@{proxy}", [basic("u", "p@ss")])):
        with fetched(f"{address}/x.jlb", 10_000, opener, named) as path:
            assert path.read_bytes() == CONTENT
        words = _Proxy.asked.pop()
        assert words[0] == f"CONNECT {address.removeprefix('https://')} HTTP/1.0"
        found = [one.partition(": ")[2] for one in words if one.startswith("Proxy-Authorization:")]
        assert found == told
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{proxy}")
    with fetched(f"{address}/x.jlb", 10_000, trusting(certificate)) as path:
        assert path.read_bytes() == CONTENT
    assert not _Proxy.asked


def test_server_that_never_ends(
    address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that sends a byte now and then is given up after a time."""
    monkeypatch.setattr(carrier, "LONGEST_S", 0.3)
    with (
        pytest.raises(InputError) as refused,
        fetched(f"{address}/dripping", 10_000, trusting(certificate)),
    ):
        pass
    assert refused.value.key == "error.carrier_slow"


def test_password_of_an_address(address: str, certificate: Path) -> None:
    """Name and password are told to the server, and to nobody else, whatever goes wrong."""
    host = address.removeprefix("https://")
    opener = trusting(certificate)
    with fetched(f"https://u:p%40ss@{host}/private", 10_000, opener) as path:
        assert path.read_bytes() == CONTENT
    wrong = ("/gone", "/boasting", "/elsewhere", "/private")
    places = [f"https://name:SECRET@{host}{page}" for page in wrong]
    places += ["https://name:SECRET@127.0.0.1:1/x", "https://name:SECRET/x@127.0.0.1/y"]
    places += ["https://na@me:SE@CRET@[x/y", "https://name:SECRET@127.0.0.1:port/y"]
    for place in places:
        with pytest.raises(InputError) as refused, fetched(place, 10_000, opener):
            pass
        assert "CRET" not in str(refused.value.parameters), place
    with pytest.raises(InputError) as refused:
        sources("http://name:SECRET@x/y")
    assert refused.value.parameters["address"] == "http://***@x/y"
    with (
        pytest.raises(InputError) as refused,
        fetched(f"{address}/x", 10_000, opener, "http://u:SECRET@127.0.0.1:1"),
    ):
        pass
    assert "SECRET" not in str(refused.value.parameters)


@pytest.mark.parametrize(
    "place", ["http://x/y", "file:///etc/passwd", "ftp://x/y", "HTTP://x", "data://x"]
)
def test_other_schemes(place: str) -> None:
    """Only https:// is an address."""
    with pytest.raises(InputError) as refused:
        sources(place)
    assert refused.value.key == "error.carrier_scheme"


def test_nobody_answers() -> None:
    """A server that is not there is one message."""
    with pytest.raises(InputError) as refused, fetched("https://127.0.0.1:1/x", 10):
        pass
    assert refused.value.key == "error.carrier_address"


def test_folders_and_files(tmp_path: Path) -> None:
    """A folder gives its bundles in order; what is not there, or holds none, is told."""
    for name, key in (("none", "error.carrier_missing"), ("", "error.carrier_empty")):
        with pytest.raises(InputError) as refused:
            sources(str(tmp_path / name))
        assert refused.value.key == key
    for name in ("b.jlb", "a.jlb", "c.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [Path(one).name for one in sources(str(tmp_path))] == ["a.jlb", "b.jlb"]
    assert sources(str(tmp_path / "c.txt")) == (str(tmp_path / "c.txt"),)
    assert target_path(tmp_path, "x.jlb") == tmp_path / "x.jlb"
    assert target_path(tmp_path / "new" / "y.jlb", "x.jlb") == tmp_path / "new" / "y.jlb"
