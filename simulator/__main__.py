"""``python -m simulator --port P --state FILE``."""

import argparse
import json
import sys

from . import CREDENTIALS, create_app, server


def main(arguments=None):
    """Serve until interrupted; return the exit status."""
    options = _options(arguments)
    app = create_app(options.state, auto_suppliers=options.auto_suppliers)
    httpd = server.make(app, options.port)
    base = f"http://{server.HOST}:{httpd.server_port}"
    sys.stdout.write(_banner(base, as_json=options.json))
    sys.stdout.flush()
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        httpd.server_close()
    return 0


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="simulator", description="A Chorus Pro and PISTE simulator."
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--state", required=True, help="SQLite file, made if missing")
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    parser.add_argument(
        "--auto-suppliers",
        action="store_true",
        help="a search by an unknown SIRET adds a private supplier",
    )
    return parser.parse_args(arguments)


def _banner(base, *, as_json):
    facts = {
        "url": base,
        "token_url": f"{base}/api/oauth/token",
        "console": f"{base}/console",
        **CREDENTIALS,
    }
    if as_json:
        return json.dumps(facts) + "\n"
    return "".join(f"{name + ':':<15}{value}\n" for name, value in facts.items())


if __name__ == "__main__":
    sys.exit(main())
