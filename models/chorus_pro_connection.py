"""The test of the connection, step by step; it sends nothing.

Token, technical account and each API are tried apart, so that the step that fails is
named. An account is judged by the first API that lets us through to it: PISTE refuses
an API without subscription before the portal sees the account.
"""

from dataclasses import dataclass, field

from ..chorus_api import ChorusError
from ..const_setup import CONNECTION_STEPS
from .chorus_pro_connection_causes import causes_of, clock_cause

# An API that fails so says nothing about the others: they are tried too.
OWN_FAILURES = (
    "forbidden",
    "not_found",
    "business",
    "bad_request",
    "server_error",
    "not_json",
    "incomplete",
    "siret_unknown",
)
# Refused before the portal looks at the account.
BEFORE_ACCOUNT = ("forbidden", "not_found")
# Only asked about engagement numbers of the State: invoices are sent without it.
OPTIONAL = {"engagements"}


@dataclass
class Step:
    """The outcome of one step: `result` is a key of STEP_STATES."""

    key: str
    result: str = "skipped"
    words: str = ""
    causes: list = field(default_factory=list)
    detail: str = ""


class ConnectionTest:
    """One test of a company's connection; `steps` is its result, in order."""

    def __init__(self, company):
        self.company = company
        self.steps = {key: Step(key) for key in CONNECTION_STEPS}
        self.own_id = None
        self._clock_ahead = None
        self._stopped = False
        self._admitted = False

    @property
    def works(self):
        """Whether every step works that sending needs."""
        return all(step.result in ("ok", "warning") for step in self.steps.values())

    def run(self):
        """Try each step; whatever fails is in `steps`, nothing is raised.

        :return: self
        """
        if self._try("settings", self.company._chorus_pro_settings):
            with self.company._chorus_pro_client() as client:
                self._run_with(client)
        return self

    def _run_with(self, client):
        if not self._try("token", lambda: self._fetch_token(client)):
            return
        if cause := clock_cause(self.company, self._clock_ahead):
            self.steps["token"].result = "warning"
            self.steps["token"].causes = [cause]
        calls = {
            "structures": lambda: self._read_own(client),
            "transverses": client.reach_transverses,
            "factures": lambda: client.reach_factures(self.own_id),
            "engagements": lambda: client.reach_engagements(self.own_id),
        }
        for key, call in calls.items():
            if not self._stopped:
                self._try_api(key, call)
        if self._admitted:
            self.steps["account"].result = "ok"

    # === STEPS === #

    def _fetch_token(self, client):
        self._clock_ahead = client.fetch_token()

    def _read_own(self, client):
        """Find the company and read what the portal tells of it."""
        company = self.company
        try:
            self.own_id = company._chorus_pro_own_id(client)
        except ChorusError as error:
            if error.code != "siret_unknown":
                raise
            # The API answered: it is the company that it does not know.
            self._fail("company", error)
            return
        self.steps["company"].result = "ok"
        company._chorus_pro_read_password(client)

    def _try(self, key, call):
        """Make the calls of a step; True when they succeed."""
        try:
            call()
        except ChorusError as error:
            self._fail(key, error)
            return False
        self.steps[key].result = "ok"
        return True

    def _try_api(self, key, call):
        try:
            call()
        except ChorusError as error:
            if error.code == "account_refused":
                # The same for every API.
                self._fail("account", error)
                self._stopped = True
                return
            self._fail(key, error)
            self._stopped = error.code not in OWN_FAILURES
            self._admitted |= error.code not in BEFORE_ACCOUNT and not self._stopped
        else:
            self.steps[key].result = "ok"
            self._admitted = True

    def _fail(self, key, error):
        company = self.company
        step = self.steps[key]
        step.result = "warning" if key in OPTIONAL else "failed"
        step.words = company._chorus_pro_step_words(error)
        step.causes = causes_of(company, error, self._clock_ahead)
        step.detail = company._chorus_pro_technical(error)
