"""Times Sarsen, DuckDB and Polars at the frailty index over one folder of Parquet files, once their rows are the same.

    measure.py SARSEN FOLDER SCRATCH --people N --commit HASH --history FILE

Each run is a process of its own, its start included. CPU is user and system time; the most memory ever resident is the
kernel's own count. Run it through scripts/bench-columns.sh.
"""

import argparse
import csv
import datetime
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
DAY = "2026-11-01"
RUNS = 5


def ended(command):
    """CPU seconds, seconds and peak MB of a command."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss * 1024 / 1e6


def rows_of(path, columns):
    with open(path, newline="", encoding="utf-8") as lines:
        return sorted(tuple(int(row[column]) for column in columns) for row in csv.DictReader(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sarsen", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--history", type=pathlib.Path, required=True)
    asked = parser.parse_args()
    ours = [asked.sarsen, "stratify", "--purpose", "invented-people", "--legal-basis", "invented people"]
    ours += ["--controller", "the bench", "--on", DAY, "--parquet", asked.folder]
    peers = {
        name: [sys.executable, HERE / "peer.py", name, asked.folder, "--on", DAY] for name in ("duckdb", "polars")
    }
    columns = ("age", "deficits", "medicines", "not_counted")
    found = {}
    for name, command in {"sarsen": ours, **peers}.items():
        path = asked.scratch / f"{name}.csv"
        ended([*command, "--rows", path])
        found[name] = rows_of(path, columns)
    for name in peers:
        if found[name] != found["sarsen"]:
            sys.exit(f"{name} finds other rows: {len(found[name])} beside {len(found['sarsen'])}")
    print(f"{len(found['sarsen'])} rows, the same by all three")
    del found
    taken = {name: [ended(command) for _ in range(RUNS)] for name, command in {"sarsen": ours, **peers}.items()}
    median = {name: [statistics.median(part) for part in zip(*runs)] for name, runs in taken.items()}
    today = datetime.date.today().isoformat()
    with open(asked.history, "a", newline="", encoding="utf-8") as out:
        history = csv.writer(out, lineterminator="\n")
        for at, unit in enumerate(("CPU-s", "s", "MB peak")):
            value = median["sarsen"][at]
            for name in peers:
                beside = median[name][at]
                history.writerow(
                    [today, asked.commit, f"index from Parquet beside {name}", asked.people, round(value, 4), unit]
                    + [round(beside, 4), f"{value / beside:.3f}"]
                )
    size = sum(file.stat().st_size for file in asked.folder.iterdir()) / 1e6
    print(f"{asked.people} people, {size:.0f} MB of files, medians of {RUNS}")
    for name, (cpu, seconds, peak) in median.items():
        print(f"{name:8} {cpu:7.2f} CPU-s  {seconds:7.2f} s  {peak:7.0f} MB peak")
    return 0


if __name__ == "__main__":
    sys.exit(main())
