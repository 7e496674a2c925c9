"""Trains Sarsen's learned model, scikit-learn's and LightGBM's on the same features and the same side of people, and times them.

    model.py SARSEN FOLDER SCRATCH --on DATE --people N [--commit HASH --history FILE]

Sarsen reads the Parquet files of FOLDER and writes features, outcome and side of each person as CSV (`--matrix`). Each of the others is a
process of its own that reads these numbers as one array and trains on two threads. Told of each: CPU-seconds, seconds and the most memory of the
whole process, the seconds of the training alone, and the area under the receiver operating characteristic over the people who were kept
from it. scikit-learn solves what Sarsen solves (C = 1 on standardised features): their coefficients are compared, and the script fails when they
differ. LightGBM is as its makers set it, and once tuned by hand: slow learning with few leaves, stopped by a tenth of the
training side. Run it through scripts/bench-model.sh.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
THREADS = 2
PEERS = ("scikit-learn", "lightgbm", "lightgbm-tuned")


def peer(name, path):
    """Trains one of the peers on a matrix; its figures as JSON."""
    import numpy as np

    with np.load(path) as kept:
        values, outcome, trained = kept["values"], kept["outcome"], kept["trained"]
    x, y = values[trained], outcome[trained]
    others, came = values[~trained], outcome[~trained]
    told = {}
    if name == "scikit-learn":
        from sklearn.linear_model import LogisticRegression

        began = time.monotonic()
        mean, deviation = x.mean(0), x.std(0)
        varies = deviation > 0
        mean, deviation = mean[varies], deviation[varies]
        model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8, max_iter=100)
        model.fit((x[:, varies] - mean) / deviation, y)
        told["seconds"] = time.monotonic() - began
        chance = model.predict_proba((others[:, varies] - mean) / deviation)[:, 1]
        coefficients = np.zeros(values.shape[1])
        coefficients[varies] = model.coef_[0] / deviation
        told["coefficients"] = coefficients.tolist()
    else:
        import lightgbm

        began = time.monotonic()
        settings = {"objective": "binary", "num_threads": THREADS, "verbose": -1, "deterministic": True, "seed": 1}
        if name == "lightgbm":
            model = lightgbm.train(settings, lightgbm.Dataset(x, y), num_boost_round=100)
        else:
            settings |= {"learning_rate": 0.03, "num_leaves": 15, "min_data_in_leaf": 100, "lambda_l2": 5.0}
            settings |= {"feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1, "metric": "binary_logloss"}
            stops = np.random.default_rng(1).random(len(y)) < 0.1
            fit = lightgbm.Dataset(x[~stops], y[~stops])
            model = lightgbm.train(
                settings, fit, num_boost_round=2000, valid_sets=[lightgbm.Dataset(x[stops], y[stops], reference=fit)],
                callbacks=[lightgbm.early_stopping(50, verbose=False)],
            )
        told["seconds"] = time.monotonic() - began
        told["trees"] = model.num_trees()
        chance = model.predict(others)
    told["auroc"], told["brier"], told["slope"] = measures(chance, came)
    print(json.dumps(told))


def measures(chance, came):
    """Area, Brier score and slope of the calibration."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import brier_score_loss, roc_auc_score

    odds = np.log(np.clip(chance, 1e-12, 1 - 1e-12) / np.clip(1 - chance, 1e-12, 1))
    line = LogisticRegression(C=np.inf, tol=1e-8, max_iter=100).fit(odds.reshape(-1, 1), came)
    return roc_auc_score(came, chance), brier_score_loss(came, chance), float(line.coef_[0][0])


def ended(command, **more):
    """CPU seconds, seconds and peak MB of a command, and what it wrote."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    # What it writes is short; it is read before its end is waited for.
    out, words = child.stdout.read(), child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}\n{words}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss * 1024 / 1e6, out, words


def of_sarsen(asked, to, more=()):
    to.unlink(missing_ok=True)
    command = [asked.sarsen, "model", "train", "--purpose", "invented-people", "--legal-basis", "invented people"]
    command += ["--controller", "the bench", "--region", "invented people", "--on", asked.on, "--parquet", asked.folder]
    command += ["--threads", str(THREADS), "--to", to, *more]
    return ended(command, env={**os.environ, "SARSEN_LOG": "info", "NO_COLOR": "1"})


def said(report, table, measure):
    for row in csv.DictReader(report.splitlines()):
        if (row["table"], row["group"], row["measure"]) == (table, "", measure):
            return float(row["value"])
    sys.exit(f"the report has no {table} {measure}")


def as_array(matrix, path):
    """The matrix as arrays on disk, so that no peer is timed at reading text."""
    import numpy as np
    import polars as pl

    table = pl.read_csv(matrix, infer_schema=False).cast(pl.Float64)
    names = table.columns[:-2]
    np.savez(
        path,
        values=table.select(names).to_numpy(),
        outcome=table["outcome"].to_numpy(),
        trained=table["trained_on"].to_numpy() == 1,
    )
    return names


def main():
    if sys.argv[1:2] == ["--peer"]:
        return peer(sys.argv[2], sys.argv[3])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sarsen", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--on", required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--commit", default="unknown")
    parser.add_argument("--history", type=pathlib.Path)
    asked = parser.parse_args()
    matrix, array, model = (asked.scratch / name for name in ("matrix.csv", "matrix.npz", "model.json"))
    matrix.unlink(missing_ok=True)
    of_sarsen(asked, model, ["--matrix", matrix])
    names = as_array(matrix, array)
    matrix.unlink()
    kept = {"sarsen": [], **{name: [] for name in PEERS}}
    for _ in range(asked.runs):
        cpu, seconds, peak, report, words = of_sarsen(asked, model)
        alone = float(re.search(r"trained=([0-9.e-]+)", words).group(1))
        told = {
            "auroc": said(report, "all", "auroc"),
            "brier": said(report, "all", "brier"),
            "slope": said(report, "all", "calibration slope"),
        }
        kept["sarsen"].append((cpu, seconds, peak, alone, told))
        for name in PEERS:
            command = [sys.executable, __file__, "--peer", name, array]
            limits = {f"{library}_NUM_THREADS": str(THREADS) for library in ("OMP", "OPENBLAS")}
            cpu, seconds, peak, out, _ = ended(command, env={**os.environ, **limits})
            found = json.loads(out)
            kept[name].append((cpu, seconds, peak, found["seconds"], found))
    ours = {one["name"]: one["coefficient"] for one in json.loads(model.read_text())["features"]}
    theirs = dict(zip(names, kept["scikit-learn"][0][4]["coefficients"]))
    apart = max(abs(ours[name] - theirs[name]) for name in ours)
    left_out = [name for name in theirs if name not in ours and theirs[name] != 0]
    print(f"{len(ours)} features; coefficients at most {apart:.2e} from scikit-learn's")
    # Whoever leaves out a feature for telling of too few people fits another model.
    if not left_out and apart > 1e-4:
        sys.exit("the coefficients are not those of scikit-learn")
    print("                 CPU-s        s     MB    training alone s     AUROC     Brier  slope")
    median = {}
    for name, runs in kept.items():
        median[name] = [statistics.median(run[at] for run in runs) for at in range(4)]
        cpu, seconds, peak, alone = median[name]
        told = runs[0][4]
        print(
            f"{name:15} {cpu:6.2f} {seconds:8.2f} {peak:6.0f} {alone:19.2f} {told['auroc']:9.4f} {told['brier']:9.5f} {told['slope']:6.2f}"
            + (f"  {told['trees']} trees" if "trees" in told else "")
        )
    if asked.history:
        today = datetime.date.today().isoformat()
        with open(asked.history, "a", newline="", encoding="utf-8") as out:
            history = csv.writer(out, lineterminator="\n")
            for name in PEERS:
                rows = [("CPU-s", 0), ("s", 1), ("MB peak", 2), ("s of training alone", 3)]
                pairs = [(unit, median["sarsen"][at], median[name][at]) for unit, at in rows]
                pairs.append(("AUROC", kept["sarsen"][0][4]["auroc"], kept[name][0][4]["auroc"]))
                for unit, value, beside in pairs:
                    history.writerow(
                        [today, asked.commit, f"risk model beside {name}", asked.people, round(value, 4), unit]
                        + [round(beside, 4), f"{value / beside:.3f}"]
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
