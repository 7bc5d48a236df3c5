"""DuckDB reads both CSV files and joins them on amount and a window of dates, and does nothing else.

Prints the number of pairs that the join writes. One thread, so that CPU seconds compare."""
import sys

import duckdb

books, bank, out = sys.argv[1:4]
db = duckdb.connect()
db.execute("SET threads = 1")
db.execute(
    f"""
    COPY (
        SELECT e.id AS entry, l.id AS line
        FROM read_csv('{books}') AS e
        JOIN read_csv('{bank}') AS l
          ON e.amount = l.amount AND l.date BETWEEN e.date - 3 AND e.date + 10
    ) TO '{out}' (HEADER)
    """
)
print(db.execute(f"SELECT count(*) FROM read_csv('{out}')").fetchone()[0])
