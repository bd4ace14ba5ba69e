"""Many who ask at once are answered in one go, each with what is theirs."""

import asyncio

import pytest

from store.web.together import Together
from tests.web.test_live import run


def test_what_is_asked_meanwhile_is_answered_as_one_lot():
    async def scene():
        lots = []

        def double(lot):
            lots.append(list(lot))
            return [2 * number for number in lot]

        together = Together(double, name="test")
        answers = await asyncio.gather(*(together.ask(number) for number in range(50)))

        assert answers == [2 * number for number in range(50)]
        assert lots == [list(range(50))]

    run(scene())


def test_a_lot_that_fails_fails_for_all_of_it_and_the_next_goes_on():
    async def scene():
        def work(lot):
            if "bad" in lot:
                raise LookupError
            return list(lot)

        together = Together(work, name="test")
        failed = await asyncio.gather(
            together.ask("good"), together.ask("bad"), return_exceptions=True
        )

        assert [type(one) for one in failed] == [LookupError, LookupError]
        assert await together.ask("good") == "good"

    run(scene())


def test_who_leaves_before_the_answer_keeps_nobody_from_theirs():
    async def scene():
        together = Together(list, name="test")
        leaving = asyncio.create_task(together.ask("first"))
        staying = asyncio.create_task(together.ask("second"))
        await asyncio.sleep(0)
        leaving.cancel()

        assert await staying == "second"
        with pytest.raises(asyncio.CancelledError):
            await leaving

    run(scene())
