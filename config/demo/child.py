"""A server of the demo: `comptoir serve`, ended with the demo even if that was killed."""

import os
import signal
import threading

from config.cli import main


def end_with_parent() -> None:
    """Wait for the pipe from the demo to close, which its end does whatever ends it."""
    while os.read(0, 1):  # not sys.stdin, whose lock is held when the interpreter ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    main()
