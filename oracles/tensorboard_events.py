"""Bytes of a TensorBoard event file as TensorFlow's and TensorBoard's own code writes them, as a golden.

usage: python oracles/tensorboard_events.py
"""

import io
import json
import os
import tempfile
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter
from weight_formula import CORE_GOLDEN

# Milliseconds, as our clock gives them.
VERSION_TIME = 1_700_000_000_123.0
EVENTS = [
    {'timestamp': 1_700_000_000_500.0, 'step': 1, 'scalars': {'loss': 0.75, 'valF1Score': 0.5}},
    {'timestamp': 1_700_000_001_000.25, 'step': 300, 'scalars': {'loss': -1e-30}},
    {'timestamp': 5.0, 'step': 2**31 + 7, 'scalars': {'größe': 3.4e38, 'valLoss': float('nan')}},
    {'timestamp': 6.0, 'step': 4, 'scalars': {}},
]


def main() -> None:
    content = io.BytesIO()
    writer = RecordWriter(content)
    writer.write(Event(wall_time=VERSION_TIME / 1000, file_version='brain.Event:2').SerializeToString())
    for event in EVENTS:
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=v) for tag, v in event['scalars'].items()])
        message = Event(wall_time=event['timestamp'] / 1000, step=event['step'], summary=summary)
        writer.write(message.SerializeToString())
    writer.flush()
    # TensorBoard itself reads these bytes.
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / 'events.out.tfevents.graft').write_bytes(content.getvalue())
        read = EventAccumulator(folder).Reload()
        assert [(s.step, s.value) for s in read.Scalars('loss')][0] == (1, 0.75)
        assert read.Scalars('valF1Score')[0].wall_time == EVENTS[0]['timestamp'] / 1000
    events = [
        {**event, 'scalars': {tag: None if v != v else v for tag, v in event['scalars'].items()}} for event in EVENTS
    ]
    golden = {'versionTime': VERSION_TIME, 'events': events, 'bytes': content.getvalue().hex()}
    (CORE_GOLDEN / 'tensorboard.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
