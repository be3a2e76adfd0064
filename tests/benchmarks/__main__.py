"""Measure, print a table, keep every sample: ``python tests/benchmarks [NAME]... [--quick] [--json FILE]``.

A NAME may be a pattern (``'wire-*'``). No time fails anything; a row that cannot be measured does.
"""

from __future__ import annotations

import argparse
import sys
from fnmatch import fnmatch
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import table
from benchmarks.row import Outcome, run
from benchmarks.rows import ROWS


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=["*"], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="one round, and little to do in it")
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), metavar="FILE")
    parser.add_argument("--list", action="store_true", help="say which rows there are")
    options = parser.parse_args()
    rows = [row for row in ROWS if any(fnmatch(row.name, name) for name in options.names)]
    if not rows:
        parser.error("there is no such row; --list shows them")
    if options.list:
        print("\n".join(f"{row.name:<24}{row.what}" for row in rows))
        return
    print(table.head())
    outcomes: list[Outcome] = []
    for row in rows:
        outcomes.append(run(row, quick=options.quick))
        print(table.line(outcomes[-1]), flush=True)
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(table.report(outcomes)), indent=2))


if __name__ == "__main__":
    main()
