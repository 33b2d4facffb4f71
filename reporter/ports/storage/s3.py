"""A store in a bucket of any server that speaks S3: a city's own MinIO or Ceph, Aliyun OSS, Tencent COS, AWS."""

import contextlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from reporter.kernel.errors import ConfigError
from reporter.ports.storage.contract import StorageUnavailable, absent, checked, checked_prefix

log = logging.getLogger(__name__)

SCHEME = "s3://"
STYLES = ("virtual", "path")  # the bucket in the host's name, or in the path
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9-]+")
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"412", "PreconditionFailed"})
_AT_ONCE = frozenset({"409", "ConditionalRequestConflict"})  # another writer of the same key
_NEW = {"IfNoneMatch": "*"}
_TURNS = 3
_PROBES = ".probe/"  # begins with what no key begins with
PAGE = 1000  # keys in one answer; servers give no more
_HALF = 2
# A thread of the web waits for a store that has gone silent at most three times two seconds, for a slow one thirty.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 2, "read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 3},
}  # fmt: skip

REASONS = {
    "NoSuchBucket": "the bucket {bucket} does not exist",
    "404": "the bucket {bucket} does not exist",
    "InvalidAccessKeyId": "S3_ACCESS_KEY is not known there",
    "SignatureDoesNotMatch": "S3_SECRET_KEY does not belong to S3_ACCESS_KEY",
    "AccessDenied": "the key may not read, write, list and delete in {bucket}",
    "403": "the key may not read, write, list and delete in {bucket}",
    "AuthorizationHeaderMalformed": "S3_REGION is not the region of {bucket}",
    "PermanentRedirect": "S3_REGION is not the region of {bucket}",
    "301": "S3_REGION is not the region of {bucket}",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "SecondLevelDomainForbidden": "this server wants S3_STYLE=virtual",
}


@dataclass(frozen=True)
class Account:
    """Which server is asked, and in whose name: the settings `S3_…`."""

    endpoint: str
    region: str
    access_key: str
    secret_key: str
    style: str

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the account of the settings.

        Raises:
            ConfigError: one is missing or cannot be right; it is named.
        """
        endpoint, region, style = config["S3_ENDPOINT"], config["S3_REGION"], config["S3_STYLE"]
        if not config["S3_ACCESS_KEY"] or not config["S3_SECRET_KEY"]:
            raise ConfigError("S3_ACCESS_KEY and S3_SECRET_KEY must be set where a store begins with s3://.")
        if endpoint and not _is_server(endpoint):
            raise ConfigError(
                f"S3_ENDPOINT={endpoint} is not the address of a server: https://name or http://name:port."
            )
        if not _REGION.fullmatch(region):
            raise ConfigError(f"S3_REGION={region} is not a region, such as us-east-1 or cn-north-1.")
        if style not in STYLES:
            raise ConfigError(f"S3_STYLE={style} is neither virtual nor path.")
        return cls(endpoint, region, config["S3_ACCESS_KEY"], config["S3_SECRET_KEY"], style)

    @cache  # noqa: B019 - an installation has one account, and its stores share the connections
    def client(self) -> Any:
        """Return boto3's client. Threads may share it."""
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": self.style, "payload_signing_enabled": True},
            # Servers other than AWS know no newer checksums; what is sent is under the signature anyway.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            max_pool_connections=16,
            **_PATIENCE,
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint or None,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=config,
        )


def _is_server(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    return parts.scheme in {"http", "https"} and named and plain


class S3Storage:
    """The objects of a bucket whose names begin with a prefix."""

    def __init__(self, bucket: str, prefix: str, account: Account) -> None:
        """Ask the server nothing yet: `check` does."""
        self.bucket = bucket
        self._prefix = prefix
        self._client = account.client()

    @classmethod
    def at(cls, address: str, config: Mapping[str, Any], *, setting: str) -> Self:
        """Return the store at `address`, `s3://bucket` or `s3://bucket/prefix`.

        Raises:
            ConfigError: `address`, which `setting` gave, or one of the settings `S3_…` cannot be right.
        """
        bucket, _, prefix = address.removeprefix(SCHEME).partition("/")
        prefix = prefix.rstrip("/")
        try:
            checked_prefix(prefix)
        except ValueError:
            bucket = ""
        if not _BUCKET.fullmatch(bucket):
            raise ConfigError(
                f"{setting}={address} is not s3://bucket/prefix in lower-case letters, digits and hyphens."
            )
        return cls(bucket, f"{prefix}/" if prefix else "", Account.from_config(config))

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Write under the server's own condition where it has one, else look first.

        Where it has none, two writers at the same instant both write: what a key names never differs in meaning,
        so no harm is done. A write whose answer was lost is sent again and then counts as there already.
        """
        name = self._name(key)
        with self._telling():
            if self.knows_conditions:
                return self._put_new(name, content)
            if self._has(name):
                return False
            self._put(name, content)
            return True

    def open(self, key: str) -> bytes:
        """Return the content. Raises `NotFound`."""
        with self._telling():
            content = self._get(self._name(key))
        if content is None:
            raise absent()
        return content

    def exists(self, key: str) -> bool:
        """Tell whether `key` is there."""
        name = self._name(key)
        with self._telling():
            return self._has(name)

    def delete(self, key: str) -> None:
        """Remove the object; in a bucket that keeps versions the older ones stay, so such a bucket will not do."""
        name = self._name(key)
        with self._telling():
            self._client.delete_object(Bucket=self.bucket, Key=name)

    def iterate(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys page by page, in the order that the server has."""
        start = self._prefix + checked_prefix(prefix)
        with self._telling():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=start, PaginationConfig={"PageSize": PAGE}):
                for one in page.get("Contents", ()):
                    key = one["Key"].removeprefix(self._prefix)
                    if not key.startswith("."):
                        yield key

    def link(self, key: str, *, seconds: int, mimetype: str) -> str:
        """Return a signed address; whoever fetches it keeps the content for half of `seconds` at most."""
        said = {
            "ResponseContentType": mimetype,
            "ResponseCacheControl": f"private, max-age={seconds // _HALF}",
        }
        with self._telling():
            address: str = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.bucket, "Key": self._name(key), **said},
                ExpiresIn=seconds,
            )
        return address

    def sweep(self) -> None:
        """Do nothing: a server keeps no half of an object that was put in one request."""

    def check(self) -> None:
        """Write a small object, read it, list, and remove it: the four rights that the key must have."""
        probe = self._probe_name()
        with self._telling():
            self._put(probe, b"ok")
            try:
                self._get(probe)
                self._client.list_objects_v2(Bucket=self.bucket, Prefix=probe, MaxKeys=1)
            finally:
                self._client.delete_object(Bucket=self.bucket, Key=probe)

    @cached_property
    def knows_conditions(self) -> bool:
        """Tell whether the server refuses a second write of a name; some say so, some silently overwrite."""
        probe = self._probe_name()
        try:
            self._put(probe, b"1", **_NEW)
            self._put(probe, b"2", **_NEW)
        except ClientError as error:
            if _code(error) in _TAKEN:
                return True
            if _status(error) not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_IMPLEMENTED}:
                raise
        finally:
            with contextlib.suppress(ClientError, BotoCoreError):
                self._client.delete_object(Bucket=self.bucket, Key=probe)
        return False

    def _put_new(self, name: str, content: bytes) -> bool:
        for turn in range(_TURNS):
            try:
                self._put(name, content, **_NEW)
            except ClientError as error:
                if _code(error) in _TAKEN:
                    return False
                if _code(error) not in _AT_ONCE or turn == _TURNS - 1:
                    raise
            else:
                return True
        raise AssertionError("the last turn returns or raises")

    def _put(self, name: str, content: bytes, **condition: str) -> None:
        self._client.put_object(Bucket=self.bucket, Key=name, Body=content, **condition)

    def _get(self, name: str) -> bytes | None:
        try:
            content: bytes = self._client.get_object(Bucket=self.bucket, Key=name)["Body"].read()
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise
        return content

    def _has(self, name: str) -> bool:
        try:
            self._client.head_object(Bucket=self.bucket, Key=name)
        except ClientError as error:
            if _code(error) in _ABSENT:
                return False
            raise
        return True

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)

    def _probe_name(self) -> str:
        return f"{self._prefix}{_PROBES}{uuid4().hex}"

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Say of any trouble that the store is down; who watches the logs reads why."""
        try:
            yield
        except ClientError as error:
            reason = REASONS.get(_code(error), f"the server answers {_code(error)}")
            raise self._down(reason) from error
        except (BotoCoreError, OSError) as error:
            raise self._down(f"{self._client.meta.endpoint_url} does not answer: {error}") from error

    def _down(self, reason: str) -> StorageUnavailable:
        reason = reason.format(bucket=self.bucket) if "{bucket}" in reason else reason
        log.warning("store %s%s/%s: %s", SCHEME, self.bucket, self._prefix, reason)
        return StorageUnavailable(reason)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
