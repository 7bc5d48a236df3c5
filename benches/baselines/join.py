"""DuckDB reads both CSV files, joins them on amount and a window of dates, writes the pairs of ids, and does nothing else.

    join.py BOOKS BANK OUT [DAYS_BEFORE DAYS_AFTER [THREADS]]

OUT ends in .csv or .parquet. Prints the number of pairs that the join wrote."""
import sys

import duckdb

books, bank, out = sys.argv[1:4]
before, after, threads = (int(value) for value in (sys.argv[4:7] + ["3", "10", "1"][len(sys.argv) - 4 :]))
form = "FORMAT parquet" if out.endswith(".parquet") else "HEADER"
db = duckdb.connect()
db.execute(f"SET threads = {threads}")
written = db.execute(
    f"""
    COPY (
        SELECT e.id AS entry, l.id AS line
        FROM read_csv('{books}') AS e
        JOIN read_csv('{bank}') AS l
          ON e.amount = l.amount AND l.date BETWEEN e.date - {before} AND e.date + {after}
    ) TO '{out}' ({form})
    """
)
print(written.fetchone()[0])
