"""What the tests of the set-up share: an administrator, and how reports are read."""

from lxml import html

from odoo.tests import new_test_user

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


class SetupCommon(EngineCommon):
    """An administrator of a company in Demo."""

    SPARE = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "chorus_setup_admin",
            groups="base.group_system,account.group_account_manager",
            company_id=cls.company.id,
        )

    def as_admin(self, model):
        """A model as the administrator sees it."""
        return self.env[model].with_user(self.admin).with_company(self.company)

    def go_live(self, **credentials):
        """Work in Qualification, against this test's portal."""
        self.go_to("qualification", self.serve_portal(), **credentials)

    def note(self, **values):
        """Write on the gate of the current environment, made when it is missing."""
        with self.portal_session():
            self.company._chorus_pro_gate()._write_alone(**values)
        self.env.invalidate_all()

    def press(self):
        """Press "Test the connection"; the report that opens."""
        company = self.company.with_user(self.admin)
        with self.portal_session():
            action = company.action_chorus_pro_test()
        return self.as_admin(action["res_model"]).browse(action["res_id"])

    def steps(self, report):
        """{step: element} of the lines of a report."""
        tree = html.fragment_fromstring(str(report.report), create_parent=True)
        return {line.get("data-step"): line for line in tree.iter("li") if line.keys()}

    def states(self, report):
        """{step: state in words} of a report."""
        return {
            key: line.xpath("string(.//i/@title)")
            for key, line in self.lines(report).items()
        }

    def lines(self, report):
        """{step: element}, without the lines of the causes."""
        return {key: line for key, line in self.steps(report).items() if key}

    def causes(self, report, step):
        """The causes told at a step, likeliest first."""
        line = self.lines(report)[step]
        return [
            cause.text_content().strip() for cause in line.xpath(".//ol/li/span[1]")
        ]

    def details(self, report, step):
        """The technical answer of a step."""
        return self.lines(report)[step].xpath("string(.//details/pre)")
