"""Times the exact binary search of FAISS on one thread: microseconds of processor time per query, as faiss.sh prints them."""
import sys, time
import faiss, numpy as np

faiss.omp_set_num_threads(1)
n, batch = int(sys.argv[1]), 8
rng = np.random.default_rng(1)
for bits, radius in ((64, 8), (256, 67)):
    table = rng.integers(0, 256, (n, bits // 8), dtype=np.uint8)
    index = faiss.IndexBinaryFlat(bits)
    index.add(table)
    queries = np.ascontiguousarray(table[:: n // batch][:batch])
    index.range_search(queries, radius)
    start, runs = time.process_time(), 0
    while time.process_time() - start < 1.5 or runs == 0:
        index.range_search(queries, radius)
        runs += 1
    print(f"faiss {bits} {radius} {(time.process_time() - start) / runs / batch * 1e6:.0f}")
