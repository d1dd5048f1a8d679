"""Several runs of Odoo at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from .environment import Environment
from .odoo_log import Outcome

Job = Callable[[], Outcome]
CORES = 2


def together(env: Environment, jobs: list[Job], beside: list[Job]) -> list[Outcome]:
    """Do the jobs on two cores; nothing is left running if one breaks.

    :param jobs: the longest first.
    :param beside: done one after the other, at the same time; they mostly wait.
    """
    with (
        ThreadPoolExecutor(max_workers=CORES) as pool,
        ThreadPoolExecutor(max_workers=1) as third,
    ):
        try:
            begun = [third.submit(job) for job in beside]
            begun += [pool.submit(job) for job in jobs]
            return [done.result() for done in begun]
        except BaseException:
            for one in (pool, third):
                one.shutdown(wait=False, cancel_futures=True)
            env.end_all()
            raise
