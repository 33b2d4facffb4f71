"""Servers of S3 for the tests: one in this process that knows conditions, one of node that checks signatures."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
from moto.server import ThreadedMotoServer

from tests import needs

BUCKET = "city"
SECRET = "S3RVER"  # the name and the secret that s3rver knows
ACCOUNT = {
    "S3_REGION": "us-east-1", "S3_STYLE": "path", "S3_ACCESS_KEY": "S3RVER", "S3_SECRET_KEY": SECRET,
    "UPLOADS_STORE": f"s3://{BUCKET}/uploads", "ORIGINALS_STORE": f"s3://{BUCKET}/originals",
}  # fmt: skip
START = """
const S3rver = require("@20minutes/s3rver")
const options = { address: "127.0.0.1", port: 0, silent: true, directory: process.argv[1], configureBuckets: [{ name: "city" }] }
new S3rver(options).run().then(({ port }) => console.log(port))
"""


def settings_of(endpoint: str, **others: str) -> dict[str, str]:
    """Return the settings of a store at `endpoint`."""
    return ACCOUNT | {"S3_ENDPOINT": endpoint} | others


@contextmanager
def moto() -> Iterator[str]:
    """Yield the address of a server that keeps conditions and checks no signature."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
        client = boto3.session.Session().client("s3", endpoint_url=endpoint, **keys)
        client.create_bucket(Bucket=BUCKET)
        client.close()
        yield endpoint
    finally:
        server.stop()


@contextmanager
def s3rver(folder: Path) -> Iterator[str]:
    """Yield the address of a server that checks signatures and overlooks conditions."""
    node = needs.signing_server().path
    assert node is not None
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [node, "-e", START, str(folder)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as one:
        try:
            assert one.stdout is not None
            yield f"http://127.0.0.1:{int(one.stdout.readline())}"
        finally:
            one.kill()


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Yield the address of a server that lets `answer` answer everything."""
    methods = {f"do_{name}": answer for name in ("GET", "HEAD", "PUT", "DELETE")}
    quiet = {"log_message": lambda *_: None}
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (BaseHTTPRequestHandler,), methods | quiet)
    )
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
