"""Lines per second of mt-940: parse the file, touch every amount. Prints lines and processor seconds."""
import sys
import time

import mt940

for _ in range(3):
    begin = time.process_time()
    with open(sys.argv[1], encoding="cp1252") as file:
        transactions = mt940.parse(file.read())
    count = sum(1 for line in transactions if "amount" in line.data)
    print(count, f"{time.process_time() - begin:.6f}")
