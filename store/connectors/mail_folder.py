"""Messages as files in a folder in the place of sending them: for trying out, never for a shop."""

from pathlib import Path

from store.connectors.letters import EMAIL, SMS, Letter, Sender, write_mail
from store.errors import LinkDown


class MailFolder:
    """Writes each e-mail as UID.eml and each text as UID.txt; the same one again is one file."""

    channels = frozenset({EMAIL, SMS})

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder, self._sender = folder, sender

    def send(self, letter: Letter) -> str:
        """Write the file, whole or not at all; raises LinkDown when it cannot be written."""
        try:
            self._put(letter)
        except OSError as error:
            reason = type(error).__name__
            raise LinkDown(permanent=False, reason=reason, retry_after_seconds=None) from error
        return ""

    def close(self) -> None:
        """Nothing is kept open."""

    def _put(self, letter: Letter) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if letter.channel == SMS:
            self._write(f"{letter.uid}.txt", f"{letter.to}\n{letter.text}\n".encode())
        else:
            self._write(f"{letter.uid}.eml", write_mail(letter, self._sender).as_bytes())

    def _write(self, name: str, content: bytes) -> None:
        fresh = self._folder / f".{name}"
        fresh.write_bytes(content)
        fresh.replace(self._folder / name)
