"""A server of the demo: `comptoir serve`, ended with the demo even if that was killed."""

import os
import signal
import sys
import threading

from config.cli import main


def end_with_parent() -> None:
    """Wait for the pipe from the demo to close, which its end does whatever ends it."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    main()
