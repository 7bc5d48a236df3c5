"""Lines per second of ofxtools: parse the file, convert it to its model, touch every amount. Prints lines and processor seconds."""
import sys
import time

from ofxtools.Parser import OFXTree

for _ in range(3):
    begin = time.process_time()
    tree = OFXTree()
    tree.parse(sys.argv[1])
    ofx = tree.convert()
    count = sum(1 for statement in ofx.statements for line in statement.transactions if line.trnamt is not None)
    print(count, f"{time.process_time() - begin:.6f}")
