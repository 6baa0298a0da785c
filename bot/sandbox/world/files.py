"""The files that Telegram keeps: each has a file_id by which it can be sent again."""

import hashlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

Json = dict[str, Any]

PHOTO_LIMIT_BYTES = 10 * 1024 * 1024
SIZE_SUM_LIMIT = 10_000
RATIO_LIMIT = 20


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name, its media type and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class StoredFile:
    """A kept file; width and height are 0 for what is no picture."""

    file_id: str
    unique_id: str
    upload: Upload
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """The file_path that getFile answers."""
        folder = "photos" if self.width else "documents"
        return f"{folder}/{self.unique_id}"

    def sizes(self) -> list[Json]:
        """Return the PhotoSize objects, smallest first; all stand for the same bytes."""
        longest = max(self.width, self.height)
        sides = [side for side in (90, 320, 800) if side < longest] + [longest]
        return [self._size(side / longest) for side in sides]

    def _size(self, scale: float) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "width": max(1, round(self.width * scale)),
            "height": max(1, round(self.height * scale)),
            "file_size": len(self.upload.content),
        }

    def document(self) -> Json:
        """Return the Document object."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_name": self.upload.name,
            "mime_type": self.upload.media_type,
            "file_size": len(self.upload.content),
        }


@dataclass
class Files:
    """All kept files, found by file_id or by the path for downloads."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)
    by_path: dict[str, StoredFile] = field(default_factory=dict)

    def keep_document(self, upload: Upload) -> StoredFile:
        """Keep any file."""
        return self._keep(upload, "BQACAgUAAx", 0, 0)

    def keep_photo(self, upload: Upload) -> StoredFile:
        """Keep a picture; raises `ValueError` with Telegram's words if it cannot be a photo."""
        if len(upload.content) > PHOTO_LIMIT_BYTES:
            raise ValueError("file is too big")
        try:
            with Image.open(BytesIO(upload.content)) as picture:
                width, height = picture.size
        except (UnidentifiedImageError, OSError):
            raise ValueError("IMAGE_PROCESS_FAILED") from None
        if width + height > SIZE_SUM_LIMIT or max(width, height) > RATIO_LIMIT * min(width, height):
            raise ValueError("PHOTO_INVALID_DIMENSIONS")
        return self._keep(upload, "AgACAgUAAx", width, height)

    def _keep(self, upload: Upload, prefix: str, width: int, height: int) -> StoredFile:
        unique_id = hashlib.sha256(upload.content).hexdigest()[:20]
        stored = StoredFile(f"{prefix}kB{unique_id}", unique_id, upload, width, height)
        self.by_id[stored.file_id] = stored
        self.by_path[stored.path] = stored
        return stored
