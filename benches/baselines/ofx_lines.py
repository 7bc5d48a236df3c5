"""Lines per second of ofxtools: parse the file, convert it to its model, touch every amount. Prints `lines seconds`."""
import sys
import time

from ofxtools.Parser import OFXTree

for _ in range(3):
    begin = time.perf_counter()
    tree = OFXTree()
    tree.parse(sys.argv[1])
    ofx = tree.convert()
    count = sum(1 for statement in ofx.statements for line in statement.transactions if line.trnamt is not None)
    print(count, f"{time.perf_counter() - begin:.6f}")
