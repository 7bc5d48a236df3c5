"""Lines per second of bai2: parse the file, touch every amount. Prints lines and processor seconds."""
import sys
import time

from bai2 import bai2

for _ in range(3):
    begin = time.process_time()
    with open(sys.argv[1], encoding="utf-8") as file:
        parsed = bai2.parse_from_file(file)
    count = sum(
        1
        for group in parsed.children
        for account in group.children
        for line in account.children
        if line.amount is not None
    )
    print(count, f"{time.process_time() - begin:.6f}")
