"""PyTorch's side of benchmarks/gpu.mjs: images a second of a torchvision network without its classifier, as JSON.

python gpu.py NETWORK SIZE BATCH ROUNDS

Takes CUDA, else Apple's MPS, else the processor; float32, with TensorFloat-32 off, as ours computes.
"""
import json
import statistics
import sys
import time

import torch
import torchvision

NAMES = {"mobilenetv2": "mobilenet_v2"}


def main(name: str, size: int, batch: int, rounds: int) -> None:
    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    whole = getattr(torchvision.models, NAMES.get(name, name))(weights=None).eval().to(device)
    # ResNets have no `features`: all but pooling and classifier.
    body = whole.features if hasattr(whole, "features") else torch.nn.Sequential(*list(whole.children())[:-2])
    images = torch.rand(batch, 3, size, size, device=device)
    times = []
    with torch.inference_mode():
        for _ in range(rounds + 3):
            begin = time.perf_counter()
            body(images).mean((2, 3)).cpu()
            times.append(time.perf_counter() - begin)
    device_name = torch.cuda.get_device_name() if device == "cuda" else device
    print(
        json.dumps(
            {
                "imagesPerSecond": batch / statistics.median(times[3:]),
                "device": device_name,
                "version": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
