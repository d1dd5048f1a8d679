"""What a database holds, as plain facts that two versions of the addon can compare.

Read by SQL and from the registry alone, so that the older version answers as well: see
upgrade_stage.py (before) and test_upgrade.py (after).
"""

import hashlib
import json

MODULE = "l10n_fr_chorus_pro"
# Tables that tell what the code is, not what people did: the upgrade writes them anew.
CODE_TABLES = (
    "ir_act_%",
    "ir_asset",
    "ir_logging",
    "ir_model",
    "ir_model_%",
    "ir_module_%",
    "ir_profile",
    "ir_ui_%",
    "orm_signaling_%",
    "bus_%",
    "report_layout",
)
# Written by every upgrade and every request.
CODE_COLUMNS = {"write_date", "write_uid"}


def tables(cr):
    """Every row of every table with data: {table: [row as {column: value}]}."""
    cr.execute(
        """
        SELECT relname FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
           AND NOT relname LIKE ANY(%s) ORDER BY relname
        """,
        [list(CODE_TABLES)],
    )
    return {name: _rows(cr, name) for (name,) in cr.fetchall()}


def _rows(cr, table):
    cr.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
    return [
        {
            column: value
            for column, value in json.loads(text).items()
            if column not in CODE_COLUMNS
        }
        for (text,) in cr.fetchall()
    ]


def files(env):
    """{id of an attempt: checksum of its file, as the store gives it}."""
    attempts = env["chorus.pro.transmission"].sudo().search([("checksum", "!=", False)])
    return {
        str(attempt.id): hashlib.sha256(attempt._file_content()).hexdigest()
        for attempt in attempts
    }


def names(env):
    """Names that data rests on: `model`, `model.field` and `model.field=key`.

    Of what the addon stores, in models that last.
    """
    found = set()
    for model in env.registry.values():
        if not model._auto or model._transient:
            continue
        for field in model._fields.values():
            if field.store and MODULE in field._modules:
                found |= {model._name, f"{model._name}.{field.name}"}
                found |= {f"{model._name}.{field.name}={key}" for key in _keys(field)}
    return sorted(found)


def _keys(field):
    """Keys that the addon gave to a selection of fixed choices."""
    choices = getattr(field, "selection", ())
    return [key for key, _label in choices] if isinstance(choices, list) else ()


def unexplained(before, after, scripts):
    """Names that are gone without a word in the migration scripts.

    What goes with a field or a model that is gone, too, needs no word of its own.

    :param str scripts: the text of all scripts
    """
    gone = set(before) - set(after)
    return sorted(
        name for name in gone if _owner(name) not in gone and name not in scripts
    )


def _owner(name):
    """What a name belongs to: the field of a key, the model of a field."""
    field, is_key, _key = name.partition("=")
    return field if is_key else field.rpartition(".")[0]
