"""What only this installation can sign, read and recognise: links in mails, secrets at rest, addresses by a digest.

All of it hangs on `SECRET_KEY`: with another key, links of before are refused and sealed secrets must be typed anew.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Self

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, URLSafeSerializer


class Unsealed(Exception):
    """It was not sealed with this installation's key."""


class Seals:
    """Signs, seals and recognises with keys that follow from one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._boxes: dict[str, Fernet] = {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the seals of `SECRET_KEY`."""
        return cls(config["SECRET_KEY"])

    def sign(self, value: Any, *, purpose: str) -> str:
        """Return `value`, JSON, as a text for an address that nobody else can make."""
        return str(URLSafeSerializer(self._secret, salt=purpose, signer_kwargs=_SIGNER).dumps(value))

    def signed(self, text: str, *, purpose: str) -> Any:
        """Return what `sign` was given. Raises `Unsealed`."""
        try:
            return URLSafeSerializer(self._secret, salt=purpose, signer_kwargs=_SIGNER).loads(text)
        except BadSignature as error:
            raise Unsealed(purpose) from error

    def seal(self, text: str, *, purpose: str = "seal") -> str:
        """Return `text` as only `unseal` for the same purpose reads it."""
        return self._box(purpose).encrypt(text.encode()).decode()

    def unseal(self, sealed: str, *, purpose: str = "seal") -> str:
        """Return what was sealed. Raises `Unsealed`."""
        try:
            return self._box(purpose).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unsealed("sealed with another key") from error

    def digest(self, text: str) -> str:
        """Return 32 hexadecimal digits: the same for the same text, saying nothing of it without the key."""
        return hmac.new(self._key("digest"), text.encode(), hashlib.sha256).hexdigest()[:32]

    def _box(self, purpose: str) -> Fernet:
        if purpose not in self._boxes:
            self._boxes[purpose] = Fernet(base64.urlsafe_b64encode(self._key(purpose)))
        return self._boxes[purpose]

    def _key(self, purpose: str) -> bytes:
        return hmac.new(self._secret, f"notices {purpose}".encode(), hashlib.sha256).digest()


_SIGNER = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
