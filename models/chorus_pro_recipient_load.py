"""From records of the reader into the table: staged, then merged at once."""

import io
import json
from collections import Counter
from itertools import islice

from odoo import api, models
from odoo.tools import SQL

from ..chorus_api import Recipient, RecipientService
from .res_partner import PUBLIC_TO_PUBLIC_SERVICE

CHUNK = 5000
# Of one entity no more services are kept; the largest have some thousands.
SERVICES_MAX = 5000
SHOWN_UNREADABLE = 10
# When a file lacks more than this part of the active recipients, it is no directory.
VANISHED_SHARE = 0.5
COLUMNS = (
    "siret",
    "kind",
    "siren",
    "name",
    "street",
    "postcode",
    "town",
    "country_code",
    "active",
    "requirement",
    "payment_reported",
    "works_only",
    "extra",
)
SERVICE_COLUMNS = ("siret", "code", "name", "active", "engagement")
COUNTS = ("recipients", "created", "changed", "vanished", "kept", "unreadable")
MERGE = """
    WITH listed AS (
        SELECT DISTINCT ON (siret, code) siret, code, name, active, engagement
          FROM chorus_pro_stage_service
         ORDER BY siret, code, position DESC
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY siret ORDER BY code) AS rank
          FROM listed
    ), gathered AS (
        SELECT siret, jsonb_agg(jsonb_build_object(
                   'code', code, 'name', name,
                   'active', active, 'engagement', engagement
               ) ORDER BY code) AS services
          FROM ranked WHERE rank <= %(most)s GROUP BY siret
    ), latest AS (
        SELECT DISTINCT ON (siret) %(columns)s
          FROM chorus_pro_stage ORDER BY siret, position DESC
    ), done AS (
        INSERT INTO chorus_pro_recipient AS r (
            environment, %(columns)s, services, imported_at,
            create_uid, create_date, write_uid, write_date
        )
        SELECT %(environment)s, latest.*, services, %(now)s,
               %(uid)s, %(now)s, %(uid)s, %(now)s
          FROM latest LEFT JOIN gathered USING (siret)
        ON CONFLICT (environment, siret) DO UPDATE
           SET %(settings)s, imported_at = excluded.imported_at,
               write_uid = excluded.write_uid, write_date = excluded.write_date
         WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new)
      FROM done
"""
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class ChorusProRecipient(models.Model):
    """An import reads the whole file into temporary tables before it changes a row.

    So a damaged file changes nothing, readers see the old directory until the new one
    is committed, and memory does not grow with the file.
    """

    _inherit = "chorus.pro.recipient"

    @api.model
    def _load(self, records, environment):
        """Bring the table in line with a directory; does not commit.

        Recipients that the file lacks become inactive, unless it lacks more than half.
        Unchanged rows are not touched.

        :param records: iterable of Recipient, RecipientService, Unreadable
        :return: dict of counts `created`, `changed`, `vanished`, `unreadable`,
            `recipients`, of `kept` (rows that the file lacks and that stay), and
            `first_unreadable`: the first few Unreadable
        :raise RecipientsError: what the reader raises
        """
        with self.env.cr.savepoint():
            self._make_stage()
            counts, first = self._fill_stage(records)
            if counts["recipients"]:
                counts.update(self._merge_stage(environment))
            self.env.cr.execute(
                "DROP TABLE chorus_pro_stage; DROP TABLE chorus_pro_stage_service"
            )
        self.env.invalidate_all()
        return {name: counts[name] for name in COUNTS} | {"first_unreadable": first}

    # === STAGING === #

    @api.model
    def _make_stage(self):
        self.env.cr.execute(
            """
            CREATE TEMPORARY TABLE chorus_pro_stage (
                position serial, siret varchar, kind varchar, siren varchar,
                name varchar, street varchar, postcode varchar, town varchar,
                country_code varchar, active boolean, requirement varchar,
                payment_reported varchar, works_only boolean, extra jsonb
            ) ON COMMIT DROP;
            CREATE TEMPORARY TABLE chorus_pro_stage_service (
                position serial, siret varchar, code varchar, name varchar,
                active boolean, engagement boolean
            ) ON COMMIT DROP
            """
        )

    @api.model
    def _fill_stage(self, records):
        """Copy the records; returns the counts and the first unreadable lines."""
        counts = Counter()
        first = []
        records = iter(records)
        while chunk := list(islice(records, CHUNK)):
            rows, services = [], []
            for record in chunk:
                if isinstance(record, Recipient):
                    rows.append(_recipient_row(record))
                elif isinstance(record, RecipientService):
                    if record.code != PUBLIC_TO_PUBLIC_SERVICE:
                        services.append(record)
                else:
                    counts["unreadable"] += 1
                    first += [record][: SHOWN_UNREADABLE - len(first)]
            counts["recipients"] += len(rows)
            self._copy("chorus_pro_stage", COLUMNS, rows)
            self._copy("chorus_pro_stage_service", SERVICE_COLUMNS, services)
        return counts, first

    @api.model
    def _copy(self, table, columns, rows):
        """COPY, much faster than INSERT."""
        text = "".join("\t".join(map(_copy_cell, row)) + "\n" for row in rows)
        self.env.cr.copy_expert(
            f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(text)
        )

    # === MERGING === #

    @api.model
    def _merge_stage(self, environment):
        """One statement for what is there, one for what is gone; returns counts."""
        self.env.cr.execute(
            "CREATE INDEX ON chorus_pro_stage (siret);"
            "ANALYZE chorus_pro_stage; ANALYZE chorus_pro_stage_service"
        )
        [(created, changed)] = self.env.execute_query(self._upsert(environment))
        counts = {"created": created, "changed": changed}
        gone = SQL(
            "environment = %s AND active AND NOT EXISTS"
            " (SELECT 1 FROM chorus_pro_stage s WHERE s.siret = r.siret)",
            environment,
        )
        [(vanished, active)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FILTER (WHERE %s), count(*) FROM chorus_pro_recipient"
                " r WHERE environment = %s AND active",
                gone,
                environment,
            )
        )
        if vanished > active * VANISHED_SHARE:
            return counts | {"kept": vanished}
        if vanished:
            self.env.cr.execute(
                SQL(
                    "UPDATE chorus_pro_recipient r SET active = false, write_uid = %s,"
                    " write_date = now() AT TIME ZONE 'UTC' WHERE %s",
                    self.env.uid,
                    gone,
                )
            )
        self.env.cr.execute("ANALYZE chorus_pro_recipient")
        return counts | {"vanished": vanished}

    @api.model
    def _upsert(self, environment):
        """Insert new rows and update those that differ; the last of twins counts."""
        names = (*COLUMNS, "services")
        updated = [name for name in names if name != "siret"]
        return SQL(
            MERGE,
            most=SERVICES_MAX,
            columns=_names(COLUMNS),
            environment=environment,
            now=SQL("now() AT TIME ZONE 'UTC'"),
            uid=self.env.uid,
            settings=SQL(", ").join(
                SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
                for name in updated
            ),
            old=_names(updated, "r"),
            new=_names(updated, "excluded"),
        )


def _names(columns, table=None):
    return SQL(", ").join(
        SQL.identifier(table, name) if table else SQL.identifier(name)
        for name in columns
    )


def _recipient_row(record):
    """The columns of a Recipient; an answer that the file does not give is empty."""
    reported = record.payment_reported
    return (
        record.identifier,
        record.kind or None,
        record.siren,
        record.name,
        record.street or None,
        record.postcode or None,
        record.town or None,
        record.country or None,
        record.active,
        record.requirement or "unknown",
        None if reported is None else ("yes" if reported else "no"),
        record.works_only,
        json.dumps(record.extra) if record.extra else None,
    )


def _copy_cell(value):
    """A value as COPY's text format has it."""
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    return value.translate(_ESCAPES)
