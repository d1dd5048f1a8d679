"""The structure of the addon, read from its sources: who may import and do what."""

import ast
from pathlib import Path

from odoo.modules import Manifest
from odoo.tests import BaseCase, tagged

from odoo.addons import l10n_fr_chorus_pro

ROOT = Path(l10n_fr_chorus_pro.__file__).parent
MODULE = "l10n_fr_chorus_pro"
PLAIN = ("chorus_api", "factur_x", "simulator")
# Odoo's side: may import the plain folders.
ODOO = ("models", "wizards")
ALL = (*PLAIN, *ODOO, "tests", "dev")
# Ends of transactions belong to the engine, which runs in scheduled actions only.
COMMITTERS = {
    "account_move_late",
    "account_move_automatic",
    "chorus_pro_digest",
    "chorus_pro_flow_deposit",
    "chorus_pro_flow_follow",
    "chorus_pro_flow_run",
    "chorus_pro_recipient_import",
    "chorus_pro_refresh",
    "chorus_pro_request_run",
    "chorus_pro_transmission_file",
    "chorus_pro_transmission_follow",
    "res_partner_refresh",
    "chorus_pro_transmission_changes",
    "chorus_pro_transmission_history",
    "chorus_pro_transmission_sweep",
}
ROLLBACKS = {*COMMITTERS, "chorus_pro_state"}
SHIPPED = ("views", "wizards", "report", "security", "data", "demo")
# Read by Odoo itself when a database is neutralised.
NOT_IN_MANIFEST = {"data/neutralize.sql"}


def sources(*folders):
    """Yield (path below the root, tree) of each Python file in `folders`."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"__pycache__", "node_modules"} & set(path.parts):
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def top_sources():
    """The same for the files in the root itself."""
    for path in sorted(ROOT.glob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def imports(tree):
    """Yield (level, dotted name) of each import, names of `from … import` included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.level, ".".join(filter(None, (node.module, alias.name)))


def calls(tree):
    """Yield the dotted name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def definitions(tree):
    """Yield each class and each function that is no local helper."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield node
            yield from definitions(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def functions(tree):
    """Yield each function, local ones too."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


@tagged("post_install_l10n", "post_install", "-at_install")
class TestArchitecture(BaseCase):
    """Each test lists what breaks its rule: file, line and name."""

    def assertNone(self, offences):
        """Fail with the list of offences, one in each line."""
        found = list(offences)
        self.assertFalse(found, "\n" + "\n".join(map(str, found)))

    def test_sources_are_found(self):
        counts = {folder: len(list(sources(folder))) for folder in ALL}
        self.assertGreater(min(counts.values()), 1, counts)
        self.assertGreater(len(list(top_sources())), 3)

    # === IMPORTS === #

    def test_plain_folders_know_nothing_of_odoo_and_of_each_other(self):
        for folder in PLAIN:
            others = set(PLAIN) - {folder}
            self.assertNone(
                f"{path}: {name}"
                for path, tree in sources(folder)
                for level, name in imports(tree)
                if (level == 0 and name.split(".")[0] in {"odoo", *others, MODULE})
                or (level and others & set(name.split(".")))
            )

    def test_plain_folders_do_not_look_above_themselves(self):
        self.assertNone(
            f"{path}: {'.' * level}{name}"
            for path, tree in sources(*PLAIN)
            for level, name in imports(tree)
            if level >= len(path.parts)
        )

    def test_http_is_in_the_client_only(self):
        libraries = {"requests", "urllib3", "httpx", "http", "urllib.request"}
        allowed = {"chorus_api", "simulator", "tests", "dev"}
        self.assertNone(
            f"{path}: {name}"
            for tree_of in (sources(*ALL), top_sources())
            for path, tree in tree_of
            for level, name in imports(tree)
            if not level
            and path.parts[0] not in allowed
            and any(f"{name}.".startswith(f"{library}.") for library in libraries)
        )
        self.assertNone(
            f"{path}: {name}"
            for path, tree in sources("simulator")
            for level, name in imports(tree)
            if not level and name.split(".")[0] == "requests"
        )

    def test_nothing_shipped_imports_tests_or_tools(self):
        self.assertNone(
            f"{path}: {name}"
            for tree_of in (sources(*PLAIN, *ODOO), top_sources())
            for path, tree in tree_of
            for level, name in imports(tree)
            if {"tests", "dev", "devenv"} & set(name.split("."))
        )

    def test_optional_addons_are_not_imported(self):
        self.assertNone(
            f"{path}: {name}"
            for path, tree in sources(*ODOO)
            for _level, name in imports(tree)
            if name.startswith(("odoo.addons.sale", "odoo.addons.queue_job"))
        )

    # === TRANSACTIONS, WAITING === #

    def test_transactions_end_in_the_engine_only(self):
        self.assertNone(
            f"{path}: {name}"
            for tree_of in (sources(*ODOO), top_sources())
            for path, tree in tree_of
            for name in calls(tree)
            if self._ends_transaction(path.stem, name)
        )

    def _ends_transaction(self, module, name):
        if name.endswith((".rollback", "_rollback_progress")):
            return module not in ROLLBACKS
        if name.endswith("_commit_progress"):
            return module not in COMMITTERS
        return name.endswith("cr.commit")

    def test_nobody_waits_but_the_transport(self):
        """A call waits for its turn there, for a second at most."""
        self.assertNone(
            f"{path}: {name}"
            for tree_of in (sources("chorus_api", "factur_x", *ODOO), top_sources())
            for path, tree in tree_of
            for name in (*calls(tree), *(name for _level, name in imports(tree)))
            if name in ("time.sleep", "sleep")
            and path.as_posix() != "chorus_api/wire.py"
        )

    # === SIZE === #

    def test_files_are_short(self):
        python = (path for path, _tree in (*sources(*ALL), *top_sources()))
        for path in python:
            limit = 400 if path.parts[0] == "tests" else 300
            lines = len((ROOT / path).read_text().splitlines())
            with self.subTest(str(path)):
                self.assertLessEqual(lines, limit)

    def test_functions_are_short(self):
        self.assertNone(
            f"{path}:{function.lineno} {function.name}"
            for tree_of in (sources(*ALL), top_sources())
            for path, tree in tree_of
            for function in functions(tree)
            if function.end_lineno - function.lineno + 1 > 40
        )

    # === WORDS === #

    def test_what_is_public_is_explained(self):
        self.assertNone(
            f"{path}:{node.lineno} {node.name}"
            for tree_of in (sources(*PLAIN, *ODOO), top_sources())
            for path, tree in tree_of
            for node in definitions(tree)
            if not node.name.startswith("_") and not ast.get_docstring(node)
        )

    def test_every_module_says_what_it_is(self):
        self.assertNone(
            path
            for tree_of in (sources(*PLAIN, *ODOO, "tests"), top_sources())
            for path, tree in tree_of
            if path.stem not in ("__init__", "__manifest__")
            and not ast.get_docstring(tree)
        )

    # === DIALOGS AND VIEWS HOLD NO RULE === #

    def test_dialogs_neither_judge_nor_move_states(self):
        plain = {*PLAIN, "requests"}
        self.assertNone(
            f"{path}: {name}"
            for path, tree in sources("wizards")
            for _level, name in imports(tree)
            if plain & set(name.split("."))
        )
        self.assertNone(
            f"{path}: {name}"
            for path, tree in sources("wizards")
            for name in calls(tree)
            if name.endswith(("._apply", ".write", "_commit_progress"))
        )
        self.assertNone(
            f"{path}: {ast.unparse(node)}"
            for path, tree in sources("wizards")
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr in ("state", "chorus_pro_status")
        )

    # === MANIFEST === #

    def test_every_file_is_in_the_manifest_and_there(self):
        manifest = Manifest.for_addon(MODULE)
        listed = [*manifest["data"], *manifest["demo"]]
        self.assertEqual(len(listed), len(set(listed)))
        shipped = {
            str(path.relative_to(ROOT))
            for folder in SHIPPED
            for path in (ROOT / folder).rglob("*.*")
            if path.suffix in (".xml", ".csv", ".sql")
        }
        self.assertEqual(shipped - NOT_IN_MANIFEST, set(listed))

    def test_every_test_module_is_loaded(self):
        tree = ast.parse((ROOT / "tests" / "__init__.py").read_text())
        loaded = {name for _level, name in imports(tree)}
        there = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
        self.assertEqual(loaded, there)
