"""Turns the linkage benchmark's two Parquet files into CSV: `key` is the truth, the rest is what may be looked at.

    linkage.py FOLDER OUT_FOLDER"""
import sys
from pathlib import Path

import duckdb

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
for side in ("origin", "destination"):
    duckdb.execute(
        f"""
        COPY (
            SELECT ground_truth AS key, strftime(transaction_date, '%Y-%m-%d') AS date, printf('%.2f', round(amount, 2)) AS amount, memo
            FROM read_parquet('{folder / f"transactions_{side}.parquet"}')
        ) TO '{out / f"linkage-{side}.csv"}' (HEADER)
        """
    )
