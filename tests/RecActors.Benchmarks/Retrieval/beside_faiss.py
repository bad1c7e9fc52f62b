"""Times faiss and the worker in turns on the vectors that the worker has drawn. Called by tests/retrieval."""
import statistics
import subprocess
import sys
import time

import faiss
import numpy

worker, folder, what, shape, rows = sys.argv[1:]
DIMENSIONS, COUNT, QUERIES = 64, 200 if shape in ("users", "fine") else 100, 400
faiss.omp_set_num_threads(1)
process = subprocess.Popen([worker, "retrieval", folder, shape, rows, str(QUERIES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
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
    print(f"{name:52s} faiss {f:8.1f} µs   RecActors {o:8.1f} µs   {f / o:5.2f} times (rounds {ratios[0]:.2f}-{ratios[-1]:.2f})", flush=True)


def exact():
    flat = faiss.IndexFlatIP(DIMENSIONS)
    flat.add(items)
    for batch, few in ((1, 100), (8, 200), (200, 400)):
        ours(f"exact {batch}"), ours(f"exact {batch}"), theirs(flat, batch, queries[:batch])
        pairs = [(theirs(flat, batch, queries[:few]), float(ours(f"exact {batch}")[0])) for _ in range(7)]
        report(f"exact, {len(items):,} x 64, batch {batch}", *zip(*pairs))


def index():
    flat = faiss.IndexFlatIP(DIMENSIONS)
    flat.add(items)
    expected = flat.search(queries, COUNT)[1]
    seconds, lists, stated, scanned = ours("build")
    # A fresh process is several times slower: its code is compiled in steps.
    for _ in range(25):
        ours("search")
    ours("answers")
    recall = recall_of(numpy.fromfile(f"{folder}/answers.i32", numpy.int32).reshape(-1, COUNT), expected)
    print(f"RecActors: {lists} lists built in {seconds} s; recall {recall:.4f}, stated {stated}, {float(scanned):.1%} of the rows scanned", flush=True)
    for theirs_too in (1024, 4096) if len(items) > 300_000 else (1024,):
        compare_lists(theirs_too, expected, recall)
    if len(items) <= 300_000:
        graph = faiss.IndexHNSWFlat(DIMENSIONS, 32, faiss.METRIC_INNER_PRODUCT)
        graph.add(items)
        graph.hnsw.efSearch = 400
        recall_of_graph = recall_of(graph.search(queries, COUNT)[1], expected)
        pairs = [(theirs(graph, len(queries), queries), float(ours("search")[0])) for _ in range(5)]
        report(f"HNSW-32, ef 400, recall {recall_of_graph:.4f}", *zip(*pairs))
    micros = float(ours("change")[0])
    ours("refresh")
    inserted = numpy.fromfile(f"{folder}/inserted.f32", numpy.float32).reshape(-1, DIMENSIONS)
    flat = faiss.IndexIDMap(faiss.IndexFlatIP(DIMENSIONS))
    kept = numpy.flatnonzero(numpy.arange(len(items)) % 5 != 0)
    flat.add_with_ids(numpy.concatenate([items[kept], inserted]), numpy.concatenate([kept, len(items) + numpy.arange(len(inserted))]))
    ours("answers")
    recall = recall_of(numpy.fromfile(f"{folder}/answers.i32", numpy.int32).reshape(-1, COUNT), flat.search(queries, COUNT)[1])
    print(f"a fifth deleted and a fifth inserted since and measured again, {micros:.1f} µs for one of each: recall {recall:.4f}, {float(ours('search')[0]):.1f} µs", flush=True)


def compare_lists(lists, expected, recall):
    quantizer = faiss.IndexFlatIP(DIMENSIONS)
    ivf = faiss.IndexIVFFlat(quantizer, DIMENSIONS, lists, faiss.METRIC_INNER_PRODUCT)
    start = time.perf_counter()
    ivf.train(items[:: max(1, len(items) // (lists * 64))])
    ivf.add(items)
    seconds = time.perf_counter() - start
    for ivf.nprobe in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024):
        reached = recall_of(ivf.search(queries, COUNT)[1], expected)
        if reached >= min(recall, 0.99):
            break
    pairs = [(theirs(ivf, len(queries), queries), float(ours("search")[0])) for _ in range(7)]
    report(f"IVF-{lists}, nprobe {ivf.nprobe}, recall {reached:.4f}, built in {seconds:.1f} s", *zip(*pairs))


def recall_of(found, expected):
    return sum(len(numpy.intersect1d(f, e)) for f, e in zip(found, expected)) / expected.size


print(f"faiss {faiss.__version__} ({faiss.get_compile_options().strip()}), {shape} vectors, top {COUNT}, inner product, a query:", flush=True)
{"exact": exact, "index": index}[what]()
process.stdin.close()
process.wait()
