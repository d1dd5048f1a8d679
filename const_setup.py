"""Words of the set-up: why a step of the connection fails, and what cures it.

Which cause fits which failure, and which comes first, is decided in
models/chorus_pro_connection_causes.py.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Steps of the test of the connection, in their order.
CONNECTION_STEPS = {
    "settings": _lt("Settings"),
    "token": _lt("PISTE application"),
    "account": _lt("Technical account"),
    "structures": _lt("API Structures"),
    "transverses": _lt("API Transverses"),
    "factures": _lt("API Factures"),
    "engagements": _lt("API Engagements juridiques"),
    "company": _lt("Your company at Chorus Pro"),
}

# State of a step -> in words, and the icon and colour of its line.
STEP_STATES = {
    "ok": (_lt("Works"), "fa-check-circle text-success"),
    "warning": (_lt("To be looked at"), "fa-exclamation-circle text-warning"),
    "failed": (_lt("Failed"), "fa-times-circle text-danger"),
    "skipped": (_lt("Not tried"), "fa-circle-o text-muted"),
}

# cause -> (what it may be, what to do)
CAUSES = {
    "not_entered": (
        _lt("The application or the technical account is not entered yet."),
        _lt("Enter both in the settings, or stay in Demo, which needs neither."),
    ),
    "keys_elsewhere": (
        _lt("The keys belong to another PISTE application: sandbox or production."),
        _lt(
            "Each PISTE application has its own keys. Qualification takes those of "
            "the sandbox application, Production those of the production one."
        ),
    ),
    "secret_typed": (
        _lt("The identifier or the secret was not copied whole."),
        _lt(
            "On the PISTE site open the application, copy both anew and save them "
            "here, without spaces."
        ),
    ),
    "application_gone": (
        _lt("The application was deleted or its secret was made anew on PISTE."),
        _lt("On the PISTE site look at the application and at the date of its secret."),
    ),
    "network": (
        _lt("This server has no way out to the Internet, or its DNS does not answer."),
        _lt("Ask the person who keeps the server to open the address named below."),
    ),
    "firewall": (
        _lt("A firewall or a proxy does not let this address through."),
        _lt("Let HTTPS (port 443) through to the address named below."),
    ),
    "address": (
        _lt("The address is not that of the portal."),
        _lt(
            "Look at the system parameters whose names begin with "
            "l10n_fr_chorus_pro: without them Odoo uses the official addresses."
        ),
    ),
    "clock": (
        _lt("The clock of this server is wrong."),
        _lt("Set the clock of the server, best by NTP."),
    ),
    "inspection": (
        _lt("A proxy opens the encrypted connection and shows its own certificate."),
        _lt(
            "Take the address out of the inspection, or install the proxy's authority."
        ),
    ),
    "authorities": (
        _lt("The list of certificate authorities of this server is out of date."),
        _lt("Update the server's certificates (package ca-certificates or certifi)."),
    ),
    "password_expired": (
        _lt("The password of the technical account has expired (after 14 months)."),
        _lt(
            "In your Chorus Pro space renew the password of the technical account, "
            "then save it here."
        ),
    ),
    "account_young": (
        _lt("The technical account is less than half an hour old."),
        _lt("Wait for half an hour after it was made, then test again."),
    ),
    "password_typed": (
        _lt("The login or the password was not copied whole."),
        _lt(
            "The login looks like TECH_1_12345@cpro.fr. The password is shown once: "
            "if it is lost, make a new one in your Chorus Pro space."
        ),
    ),
    "password_changed": (
        _lt("The password was changed at Chorus Pro, and not here."),
        _lt("Save the new password here, or make another one at Chorus Pro."),
    ),
    "account_elsewhere": (
        _lt("The account belongs to another portal: Qualification or Production."),
        _lt("Make a technical account in the portal of this environment."),
    ),
    "not_subscribed": (
        _lt("The PISTE application is not subscribed to this API."),
        _lt(
            "On the PISTE site open the application, subscribe it to this API and "
            "accept its terms of use."
        ),
    ),
    "subscribed_lately": (
        _lt("The subscription was asked for lately and is not effective yet."),
        _lt("Wait for some minutes, then test again."),
    ),
    "quota": (
        _lt("The quota of the PISTE application is used up."),
        _lt("Wait, or lower the pace in the settings; PISTE shows the quota."),
    ),
    "own_limit": (
        _lt("The pace that you allow in the settings is used up."),
        _lt("Wait, or raise the pace in the settings."),
    ),
    "maintenance": (
        _lt("The portal is being maintained or has a breakdown."),
        _lt("Nothing to do here: Odoo tries again. Test again later."),
    ),
    "portal_says": (
        _lt("The portal answers, but refuses what is asked."),
        _lt("Read the portal's own words in the details."),
    ),
    "siret_missing": (
        _lt("The company has no valid SIRET in Odoo."),
        _lt("Enter the 14 digits in the settings."),
    ),
    "siret_typed": (
        _lt("The SIRET is not the one under which the company is known there."),
        _lt(
            "Compare it with the structure in your Chorus Pro space: each "
            "establishment has its own."
        ),
    ),
    "not_registered": (
        _lt("The company has no structure at Chorus Pro yet."),
        _lt("Register the company in your Chorus Pro space."),
    ),
    "not_attached": (
        _lt("The technical account is not attached to the company's structure."),
        _lt("The main manager of the structure attaches it in the Chorus Pro space."),
    ),
    "fictitious": (
        _lt("Qualification knows its own structures, often fictitious ones."),
        _lt("Enter the SIRET of your structure on the qualification portal."),
    ),
}

# cause -> the same, when a stored fact tells that it is so
KNOWN_CAUSES = {
    "keys_elsewhere": _lt("These keys worked in %(environment)s on %(date)s."),
    "account_elsewhere": _lt("This account worked in %(environment)s on %(date)s."),
    "password_expired": _lt("The password expired on %(date)s."),
    "account_young": _lt(
        "The account was entered here %(minutes)s minutes ago. A new one works after "
        "about half an hour."
    ),
    "password_changed": _lt(
        "This password worked on %(date)s: it was changed at Chorus Pro since."
    ),
    "application_gone": _lt(
        "These keys worked on %(date)s: on PISTE the application or its secret has "
        "changed since."
    ),
    "clock_ahead": _lt("The clock of this server is %(minutes)s minutes fast."),
    "clock_behind": _lt("The clock of this server is %(minutes)s minutes slow."),
    "address": _lt("The address was changed by the system parameter %(parameter)s."),
}

# What the environments mean, for whoever is about to move.
ENVIRONMENT_WORDS = {
    "demo": _lt(
        "A portal that is part of Odoo answers. Nothing leaves this machine and no "
        "account is needed."
    ),
    "qualification": _lt(
        "The test portal of the State. It takes invoices like the real one, but nobody "
        "pays them. It needs a PISTE sandbox application and a technical account made "
        "there."
    ),
    "production": _lt(
        "The real portal. What is sent is a legal invoice and reaches the public "
        "entity. It needs a PISTE production application and a technical account made "
        "there."
    ),
}
