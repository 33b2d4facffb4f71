"""Keep files under names that never change their content: pictures as they came, clean copies, public copies.

`s3` is not named here: boto3 is imported where a setting names such a store, and nowhere else.
"""

from reporter.ports.storage.contract import Storage, StorageUnavailable
from reporter.ports.storage.local import LocalStorage
from reporter.ports.storage.memory import MemoryStorage

__all__ = ["LocalStorage", "MemoryStorage", "Storage", "StorageUnavailable"]
