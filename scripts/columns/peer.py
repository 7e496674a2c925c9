"""The frailty index of everybody from Sarsen's Parquet files, by another engine.

    peer.py duckdb FOLDER --on 2026-11-01 --rows rows.csv
    peer.py polars FOLDER --on 2026-11-01

The rule is written here anew, as queries over the documented columns (docs/population.md), so that two who read the same
page can be held against each other. `--rows` writes age, deficits, medicines and facts that were not counted of each
person, sorted and without a key: keys mean nothing outside the files. Without it the engine counts people by deficits, and
nothing else leaves it.
"""

import argparse
import csv
import datetime
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SYSTEMS = {
    "http://snomed.info/sct": "snomed-ct",
    "http://hl7.org/fhir/sid/icd-10": "icd-10",
    "https://fhir.hl7.org.uk/Id/icd-10": "icd-10",
    "http://hl7.org/fhir/sid/icd-10-uk": "icd-10",
    "http://read.info/readctv3": "ctv3",
    "http://read.info/ctv3": "ctv3",
}
# Flags of people and kinds of coded facts: docs/population.md.
DIED, DEATH_BEFORE_BIRTH, REPLACED = 8, 32, 256
SHOWS = [0, 1, 4]
COLUMNS = ("age", "deficits", "medicines", "not_counted")
# A person's key: (bucket, person) as one number.
KEY = "(bucket::BIGINT << 32) + person"


def deficits_of(names):
    """The bit of each code's deficit, as (number, bit): our own lists; ICD-10 by prefix, the longest first."""
    listed, order = {}, {}
    with open(ROOT / "codes/data/clinical/efi_codes.csv", newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            bit = order.setdefault(row["deficit"], len(order))
            listed[(row["system"], row["code"].replace(".", ""))] = bit
    found = []
    for number, uri, code in names:
        system = SYSTEMS.get(uri)
        if system == "icd-10":
            code = code.replace(".", "")
            cuts = [code[:length] for length in range(len(code), 2, -1)]
        else:
            cuts = [code]
        bits = [listed[(system, cut)] for cut in cuts if (system, cut) in listed]
        if bits:
            found.append((number, bits[0]))
    return found


def ages_on(day):
    """For each age the last day of birth of those who have reached it."""
    born = []
    for years in range(131):
        try:
            born.append(day.replace(year=day.year - years))
        except ValueError:
            born.append(datetime.date(day.year - years, 2, 28))
    return born


def year_before(day):
    return ages_on(day)[1]


def by_duckdb(folder, day, threads, wants_rows):
    import duckdb

    db = duckdb.connect(config={"threads": threads})
    names = db.execute(f"SELECT number, system, code FROM read_parquet('{folder}/codes.parquet')").fetchall()
    pairs = ", ".join(f"({number}, {bit})" for number, bit in deficits_of(names)) or "(-1, 0)"
    db.execute(f"CREATE TEMP TABLE deficit AS SELECT * FROM (VALUES {pairs}) AS t(code, bit)")
    born = ", ".join(f"({age}, DATE '{last}')" for age, last in enumerate(ages_on(day)))
    db.execute(f"CREATE TEMP TABLE reached AS SELECT * FROM (VALUES {born}) AS t(age, born_by)")
    db.execute(f"""
        CREATE TEMP TABLE everybody AS
        SELECT {KEY} AS key, birth, death, flags, unread,
               CASE WHEN read_with_person >= 0 THEN (read_with_bucket::BIGINT << 32) + read_with_person END AS with_key,
               read_with_person IS NOT NULL AS joined
        FROM read_parquet('{folder}/people-*.parquet')
    """)
    # Whose each record is: the end of its joins, when that is somebody who is here and is read with nobody.
    db.execute("""
        CREATE TEMP TABLE one AS
        WITH RECURSIVE steps(key, reached, count) AS (
            SELECT key, with_key, 1 FROM everybody WHERE joined
            UNION ALL
            SELECT steps.key, following.with_key, count + 1
            FROM steps JOIN everybody AS following ON following.key = steps.reached WHERE following.joined AND count < 16
        ), ends AS (
            SELECT steps.key, steps.reached FROM steps JOIN everybody AS last ON last.key = steps.reached
            WHERE NOT last.joined AND steps.reached <> steps.key
        )
        SELECT everybody.*, coalesce(ends.reached, everybody.key) AS whole, ends.reached IS NOT NULL AS elsewhere
        FROM everybody LEFT JOIN ends ON ends.key = everybody.key
    """)
    asked = "age, deficits, medicines, not_counted::BIGINT FROM scored ORDER BY ALL"
    if not wants_rows:
        asked = "deficits, count(*), sum(not_counted)::BIGINT, sum(medicines)::BIGINT, sum(age) FROM scored GROUP BY ALL ORDER BY ALL"
    return db.execute(f"""
        WITH facts AS (
            SELECT {KEY} AS key,
                   bit_or(CASE WHEN mark = 0 AND (day IS NULL OR day <= DATE '{day}')
                               AND sort & 7 IN ({", ".join(map(str, SHOWS))}) AND bit IS NOT NULL
                          THEN 1::BIGINT << bit ELSE 0 END) AS bits,
                   count(*) FILTER (mark <> 0 OR day > DATE '{day}') AS odd
            FROM read_parquet('{folder}/coded-*.parquet') AS coded LEFT JOIN deficit ON deficit.code = coded.code
            GROUP BY ALL
        ), courses AS (
            SELECT {KEY} AS key, code, mark <> 0 AS odd,
                   mark = 0 AND (start IS NULL OR start <= DATE '{day}')
                   AND (current = 1 OR ("end" IS NOT NULL AND "end" > DATE '{year_before(day)}')) AS taken
            FROM read_parquet('{folder}/courses-*.parquet')
        ), medicines AS (
            SELECT one.whole AS key, count(DISTINCT CASE WHEN taken THEN code END) AS medicines,
                   count(*) FILTER (odd) AS odd
            FROM courses JOIN one ON one.key = courses.key GROUP BY one.whole
        ), whole AS (
            SELECT one.whole AS key, bit_or(coalesce(facts.bits, 0)) AS bits,
                   sum(coalesce(facts.odd, 0) + one.unread) AS odd
            FROM one LEFT JOIN facts ON facts.key = one.key GROUP BY one.whole
        ), scored AS (
            SELECT reached.age,
                   bit_count(whole.bits) + (coalesce(medicines, 0) >= 5)::INT AS deficits,
                   coalesce(medicines, 0) AS medicines, whole.odd + coalesce(medicines.odd, 0) AS not_counted
            FROM one JOIN whole ON whole.key = one.key LEFT JOIN medicines ON medicines.key = one.key
            ASOF JOIN reached ON one.birth <= reached.born_by
            WHERE NOT elsewhere AND birth <= DATE '{day}' AND flags & {DEATH_BEFORE_BIRTH | REPLACED} = 0
              AND NOT (flags & {DIED} <> 0 AND (death IS NULL OR death <= DATE '{day}'))
        )
        SELECT {asked}
    """).fetchall()


def by_polars(folder, day, _threads, wants_rows):
    import polars as pl

    key = pl.col("bucket").cast(pl.Int64) * 2**32 + pl.col("person")
    names = pl.read_parquet(folder / "codes.parquet").iter_rows()
    deficit = pl.LazyFrame(
        deficits_of(names), schema={"code": pl.Int32, "bit": pl.Int64}, orient="row"
    ).with_columns(value=pl.lit(2, pl.Int64).pow(pl.col("bit")).cast(pl.Int64))
    people = pl.read_parquet(folder / "people-*.parquet").with_columns(
        key=key,
        with_key=pl.when(pl.col("read_with_person") >= 0).then(
            pl.col("read_with_bucket").cast(pl.Int64) * 2**32 + pl.col("read_with_person")
        ),
        joined=pl.col("read_with_person").is_not_null(),
    )
    # Whose each record is: the end of its joins; there are few, and they are followed by hand.
    follow = dict(people.filter(pl.col("joined")).select("key", "with_key").iter_rows())
    here = set(people["key"].to_list()) if follow else set()
    ends = {}
    for start in follow:
        at = start
        for _ in range(16):
            if at not in follow:
                break
            at = follow[at]
        if at != start and at not in follow and at in here:
            ends[start] = at
    whose = pl.LazyFrame(list(ends.items()), schema={"key": pl.Int64, "end": pl.Int64}, orient="row")
    one = (
        people.lazy()
        .join(whose, on="key", how="left")
        .with_columns(whole=pl.coalesce("end", "key"), elsewhere=pl.col("end").is_not_null())
    )
    past = pl.col("day").is_null() | (pl.col("day") <= day)
    sound = pl.col("mark") == 0
    shows = (pl.col("sort").cast(pl.Int32) & 7).is_in(SHOWS)
    facts = (
        pl.scan_parquet(folder / "coded-*.parquet")
        .join(deficit, on="code", how="left")
        .group_by("bucket", "person")
        .agg(
            bits=pl.when(sound & past & shows).then(pl.col("value")).otherwise(None).fill_null(0).bitwise_or(),
            odd=(~(sound & past)).sum().cast(pl.Int64),
        )
        .select(key=key, bits="bits", odd="odd")
    )
    taken = sound & (pl.col("start").is_null() | (pl.col("start") <= day)) & (
        (pl.col("current") == 1) | (pl.col("end") > year_before(day)).fill_null(False)
    )
    medicines = (
        pl.scan_parquet(folder / "courses-*.parquet")
        .select(key=key, code="code", taken=taken, odd=~sound)
        .join(one.select("key", "whole"), on="key")
        .group_by("whole")
        .agg(
            medicines=pl.col("code").filter(pl.col("taken")).n_unique().cast(pl.Int64),
            odd_courses=pl.col("odd").sum().cast(pl.Int64),
        )
    )
    whole = (
        one.join(facts, on="key", how="left")
        .group_by("whole")
        .agg(
            bits=pl.col("bits").fill_null(0).bitwise_or(),
            odd=(pl.col("odd").fill_null(0) + pl.col("unread").cast(pl.Int64)).sum(),
        )
    )
    flags = pl.col("flags").cast(pl.Int64)
    born = pl.LazyFrame(
        {"born_by": list(reversed(ages_on(day))), "age": list(range(130, -1, -1))}
    ).set_sorted("born_by")
    scored = (
        one.filter(
            ~pl.col("elsewhere")
            & (pl.col("birth") <= day)
            & ((flags & (DEATH_BEFORE_BIRTH | REPLACED)) == 0)
            & ~(((flags & DIED) != 0) & (pl.col("death").is_null() | (pl.col("death") <= day)))
        )
        .join(whole, left_on="key", right_on="whole")
        .join(medicines, left_on="key", right_on="whole", how="left")
        .sort("birth")
        .join_asof(born, left_on="birth", right_on="born_by", strategy="forward")
        .select(
            age="age",
            deficits=pl.col("bits").bitwise_count_ones().cast(pl.Int64)
            + (pl.col("medicines").fill_null(0) >= 5).cast(pl.Int64),
            medicines=pl.col("medicines").fill_null(0),
            not_counted=pl.col("odd") + pl.col("odd_courses").fill_null(0),
        )
    )
    if not wants_rows:
        scored = scored.group_by("deficits").agg(
            people=pl.len(),
            not_counted=pl.col("not_counted").sum(),
            medicines=pl.col("medicines").sum(),
            age=pl.col("age").sum(),
        )
    return sorted(scored.collect(engine="streaming").iter_rows())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=("duckdb", "polars"))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--on", required=True, type=datetime.date.fromisoformat)
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB; Polars goes by POLARS_MAX_THREADS")
    parser.add_argument("--rows", type=pathlib.Path)
    asked = parser.parse_args()
    by = {"duckdb": by_duckdb, "polars": by_polars}[asked.engine]
    rows = by(asked.folder, asked.on, asked.threads, asked.rows is not None)
    if asked.rows is None:
        for deficits, people, *_ in rows:
            print(deficits, people)
        return 0
    with open(asked.rows, "w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
