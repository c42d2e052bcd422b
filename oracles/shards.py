"""Golden of shards: which shard each sample belongs to, by mmh3 and exact arithmetic.

Writes packages/core/test/golden/shards.json. Run from anywhere:
    python oracles/shards.py
"""

import json
import random
from pathlib import Path

import mmh3

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "core" / "test" / "golden"


def shard_of(sample, count):
    data = sample.encode("utf-16-le", "surrogatepass")
    first = mmh3.hash_bytes(data, 0, x64arch=False)[:4]
    # Integers: no rounding to agree on.
    return int.from_bytes(first, "little") * count // 2**32 + 1


def main():
    draw = random.Random(13)
    letters = "abcdefghijklmnopqrstuvwxyz/._- 0123456789äß漢字🫁"
    ids = ["", "a", "covid/a.png", "covid/b.png", "https://example.org/a.png"]
    ids += ["".join(draw.choice(letters) for _ in range(draw.randrange(1, 60))) for _ in range(200)]
    counts = [1, 2, 3, 7, 8, 100, 1000, 999_983, 1_000_000]
    cases = [{"id": sample, "shards": [shard_of(sample, count) for count in counts]} for sample in ids]
    GOLDEN.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"counts": counts, "cases": cases}, separators=(",", ":"), ensure_ascii=True)
    (GOLDEN / "shards.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
