"""Reading a list of the portal to its last page."""

import hashlib

from .codes import PAGES_MAX, ROWS_MAX
from .errors import ChorusError
from .values import as_int


def read_pages(service, fetch, identity, pages_max=None):
    """Yield every row once, page after page.

    The portal tells the number of pages; where it does not, pages are asked until one
    brings nothing new. Rows that move between two pages while we read come twice from
    the portal and once from here.

    :param fetch: function of the page number (from 1) giving the rows and the numbers
        of pages and of all rows that the portal tells, each of them or None.
    :param identity: key that tells rows apart; rows without it are compared whole.
    :param pages_max: number of pages after which the list counts as endless; by default
        PAGES_MAX.
    :raise ChorusError: ``incomplete``, after the rows that were read, when a page that
        is not the last brings nothing new, when the portal tells of rows and gives
        none, or when the list does not end.
    """
    seen = set()
    for page in range(1, (pages_max or PAGES_MAX) + 1):
        rows, *told = fetch(page)
        pages, total = map(as_int, told)
        before = len(seen)
        yield from _unseen(rows, identity, seen)
        is_new = len(seen) > before
        if total and not seen:
            detail = f"{total} rows told, none given"
            raise ChorusError(code="incomplete", service=service, detail=detail)
        is_last = not is_new if pages is None else page >= pages
        if is_last:
            return
        if not is_new:
            detail = f"page {page} of {pages} brought nothing new"
            raise ChorusError(code="incomplete", service=service, detail=detail)
        if len(seen) > ROWS_MAX:
            break
    detail = f"more than {page} pages or {ROWS_MAX} rows"
    raise ChorusError(code="incomplete", service=service, detail=detail)


def _unseen(rows, identity, seen):
    for row in rows:
        text = str(row.get(identity) or row)
        key = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
        if key not in seen:
            seen.add(key)
            yield row
