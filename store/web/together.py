"""Questions that many ask at the same moment, answered in one go."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """Collects what is asked while the last lot is looked into, and has it answered as one.

    `work` gets a lot in a thread of its own and returns an answer for each question, in their
    order. A lot is begun after all of it was asked, so that no answer is older than its question.
    """

    def __init__(
        self, work: Callable[[Sequence[Question]], Sequence[Answer]], *, name: str
    ) -> None:
        self._work = work
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._asked: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._working: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        """Return the answer; raises what `work` raised on the lot."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._asked.append((question, answer))
        if self._working is None:
            self._working = loop.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        try:
            while self._asked:
                lot, self._asked = self._asked, []
                await self._answer(lot)
        finally:
            self._working = None

    async def _answer(self, lot: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        questions = [question for question, _answer in lot]
        found = asyncio.get_running_loop().run_in_executor(self._thread, self._work, questions)
        await asyncio.wait([found])
        error = found.exception()
        waiting = [answer for _question, answer in lot]
        if error:
            _each(waiting, lambda one, _at: one.set_exception(error))
        else:
            _each(waiting, lambda one, at: one.set_result(found.result()[at]))


def _each(
    waiting: Sequence[asyncio.Future[Answer]], tell: Callable[[asyncio.Future[Answer], int], None]
) -> None:
    for at, one in enumerate(waiting):
        if not one.done():  # who asked may have gone
            tell(one, at)
