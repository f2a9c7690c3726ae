"""Reading files below the root of a run: each once, and what cannot be used becomes a notice."""

from __future__ import annotations

import os

from convex_lint.model.project import Notice
from convex_lint.program.paths import is_source, parent
from convex_lint.source import Source

LARGEST = 2 * 1024 * 1024
"""Files over this many bytes are bundles or data, not code that someone wrote."""

# Without blocking: a pipe may bear the name of a source file.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Disk:
    """The files under `root` (absolute). Paths are relative to it. `notices` says by path what could not be used,
    `packages` and `links` are filled by the walk and by reading node_modules."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.notices: dict[str, Notice] = {}
        self.manifests: dict[str, str] = {}
        self.packages: dict[str, tuple[str, ...]] = {}
        self.links: dict[str, str] = {}
        self._absent: set[str] = set()
        self._data: dict[str, bytes | Notice] = {}
        self._sources: dict[str, Source | None] = {}
        self._names: dict[str, frozenset[str]] = {}

    def absolute(self, path: str) -> str:
        return os.path.join(self.root, path) if path else self.root

    def relative(self, absolute: str) -> str | None:
        """The path of an absolute, resolved path; None outside of the root."""
        for root in (self.root, self.real_root):
            if absolute == root:
                return ""
            if absolute.startswith(root.rstrip(os.sep) + os.sep):
                return absolute[len(root.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
        return None

    def remember(self, folder: str, names: frozenset[str]) -> None:
        """Tell what is in a folder, so that it is not listed again."""
        self._names[folder] = names

    def names(self, folder: str) -> frozenset[str]:
        known = self._names.get(folder)
        if known is None:
            try:
                known = frozenset(os.listdir(self.absolute(folder)))
            except OSError:
                known = frozenset()
            self._names[folder] = known
        return known

    def has(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return is_source(name) and self._exists(folder) and name in self.names(folder)

    def _exists(self, folder: str) -> bool:
        if folder in self._names or not folder:
            return True
        above, _, name = folder.rpartition("/")
        return self._exists(above) and name in self.names(above)

    def manifest(self, path: str) -> str | None:
        """The text of a package.json, tsconfig or convex.json file."""
        text = self.manifests.get(path)
        if text is not None or path in self._absent:
            return text
        folder, _, name = path.rpartition("/")
        if self._exists(folder) and name in self.names(folder):
            data = self._read(path)
            if isinstance(data, bytes):
                self._follow(folder)
                text = self.manifests[path] = data.removeprefix(_BOM).decode("utf-8", "replace")
                return text
        self._absent.add(path)
        return None

    def _follow(self, folder: str) -> None:
        """Remember where a symlinked package folder leads to."""
        if parent(folder).rpartition("/")[2] == "node_modules" or parent(parent(folder)).endswith("node_modules"):
            real = self.relative(os.path.realpath(self.absolute(folder)))
            if real is not None and real != folder:
                self.links[folder] = real

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, whatever they are; None when it cannot be read or is too large."""
        data = self._data.get(path)
        if data is None:
            data = self._data[path] = self._read(path)
        return data if isinstance(data, bytes) else None

    def source(self, path: str) -> Source | None:
        """The source at `path`; None with a notice when it is not text that we can read."""
        if path not in self._sources:
            self._sources[path] = self._source(path)
        return self._sources[path]

    def _source(self, path: str) -> Source | None:
        data = self.data(path)
        if data is None:
            notice = self._data[path]
            if isinstance(notice, Notice):
                self.notices[path] = notice
            return None
        if data.startswith(_UTF16):
            self.notices[path] = Notice(
                "This file is UTF-16 and was skipped.", file=path, help="Save it as UTF-8, as TypeScript tools expect."
            )
            return None
        data = data.removeprefix(_BOM)
        if not data.isascii():
            try:
                data.decode("utf-8")
            except UnicodeDecodeError as error:
                self.notices[path] = Notice(
                    f"This file is not UTF-8 (byte {error.start}) and was skipped.", file=path, help="Save it as UTF-8."
                )
                return None
        return Source(path, data)

    def _read(self, path: str) -> bytes | Notice:
        try:
            descriptor = os.open(self.absolute(path), _FLAGS)
            try:
                size = os.fstat(descriptor).st_size
                if size > LARGEST:
                    return Notice(
                        f"This file has {size / 1024 / 1024:.1f} MiB, more than {LARGEST // 1024 // 1024}, "
                        "and was skipped.",
                        file=path,
                        help="Exclude it in convex-lint.toml if it is a bundle; split it if it is code.",
                    )
                data = os.read(descriptor, size + 1)
                while more := os.read(descriptor, LARGEST) if len(data) > size else b"":
                    data += more
                return data
            finally:
                os.close(descriptor)
        except OSError as error:
            return Notice(
                f"This file cannot be read ({error.strerror or error}) and was skipped.",
                file=path,
                help="Give yourself the right to read it, or exclude it in convex-lint.toml.",
            )
