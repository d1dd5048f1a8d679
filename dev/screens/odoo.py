"""Odoo as the browser's user sees it: log in, call models, choose a language."""

import json

from .browser import BrowserError, Page

CALL = """
fetch("/web/dataset/call_kw", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({jsonrpc: "2.0", method: "call", params: %s}),
}).then((answer) => answer.json())
"""


class Odoo:
    """The web client of one database, in one tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def log_in(self, login: str) -> None:
        """Log in; the demo's passwords are the logins."""
        self.page.open(f"{self.url}/web/login")
        self.page.type("#login", login)
        self.page.type("#password", login)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait(".o_main_navbar")

    def call(self, model: str, method: str, *arguments, **options):
        """Call a public method of a model.

        :raises BrowserError: with Odoo's words.
        """
        values = {"model": model, "method": method, "args": arguments}
        answer = self.page.run(CALL % json.dumps({**values, "kwargs": options}))
        if "error" in answer:
            raise BrowserError(
                f"{model}.{method}: {answer['error']['data']['message']}"
            )
        # A method that returns nothing has none.
        return answer.get("result")

    def newest(self, model: str, domain: list) -> int | None:
        """The newest record that fits."""
        found = self.call(model, "search", domain, limit=1, order="id desc")
        return found[0] if found else None

    def speak(self, language: str) -> None:
        """Show the user's screens in a language from now on."""
        user = self.newest("res.users", [("login", "=", "admin")])
        self.call("res.users", "write", [user], {"lang": language})

    def show(self, address: str) -> None:
        """Open what lies below /odoo and wait until it is there."""
        self.page.open(f"{self.url}/odoo/{address}")
        self.page.wait(".o_action_manager .o_action, .o_dialog .modal-body")

    # === STEPS OF THE TABLE === #

    def press_button(self, name: str, within: str) -> None:
        """Press a button by its name, out of the menu that a phone puts it in."""
        parts = [part.strip() for part in within.split(",")]
        button = ", ".join(f"{part} [name={name}]" for part in parts)
        folded = ".o_statusbar_buttons .dropdown-toggle, .o-form-buttonbox-dropdown"
        if not self.page.has(button) and self.page.has(folded):
            self.page.click(folded)
            button = f".o-dropdown--menu [name={name}], {button}"
        self.page.click(button)

    def select_rows(self, number: str) -> None:
        """Tick the first rows of a list."""
        self.page.wait(".o_data_row")
        for row in range(1, int(number) + 1):
            self.page.click(
                f".o_data_row:nth-child({row}) .o_list_record_selector input"
            )
