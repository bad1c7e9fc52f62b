"""Times faiss and the worker in turns on the vectors that the worker has drawn. Called by tests/retrieval."""
import statistics
import subprocess
import sys
import time

import faiss
import numpy

worker, folder, what, shape, rows = sys.argv[1:]
DIMENSIONS, COUNT, QUERIES = 64, 100, 400
faiss.omp_set_num_threads(1)
process = subprocess.Popen([worker, folder, shape, rows, str(QUERIES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
assert process.stdout.readline() == "ready\n"
items = numpy.fromfile(f"{folder}/items.f32", numpy.float32).reshape(-1, DIMENSIONS)
queries = numpy.fromfile(f"{folder}/queries.f32", numpy.float32).reshape(-1, DIMENSIONS)


def ours(command):
    process.stdin.write(command + "\n")
    process.stdin.flush()
    return process.stdout.readline().split()


def theirs(index, batch, searched):
    start = time.perf_counter()
    for first in range(0, len(searched), batch):
        index.search(searched[first:first + batch], COUNT)
    return (time.perf_counter() - start) * 1e6 / len(searched)


def report(name, faiss_micros, our_micros):
    f, o = statistics.median(faiss_micros), statistics.median(our_micros)
    ratios = sorted(a / b for a, b in zip(faiss_micros, our_micros))
    print(f"{name:34s} faiss {f:8.1f} µs   RecActors {o:8.1f} µs   {f / o:5.2f} times (rounds {ratios[0]:.2f}-{ratios[-1]:.2f})", flush=True)


def exact():
    flat = faiss.IndexFlatIP(DIMENSIONS)
    flat.add(items)
    for batch, few in ((1, 100), (8, 200), (200, 400)):
        ours(f"exact {batch}"), ours(f"exact {batch}"), theirs(flat, batch, queries[:batch])
        pairs = [(theirs(flat, batch, queries[:few]), float(ours(f"exact {batch}")[0])) for _ in range(7)]
        report(f"exact, {len(items):,} x 64, batch {batch}", *zip(*pairs))


print(f"faiss {faiss.__version__} ({faiss.get_compile_options().strip()}), {shape} vectors, top {COUNT}, inner product, a query:", flush=True)
{"exact": exact}[what]()
process.stdin.close()
process.wait()
