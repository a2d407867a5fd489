"""What a measurement was made on."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from pathlib import Path

import torch


def machine() -> dict[str, str]:
    """The processor, its cores, the versions, and the time of day."""
    return {
        "Processor": cpu_model(),
        "Cores": str(os.cpu_count()),
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "torch": torch.__version__,
        "Date": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
    }


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's name, where the system tells it."""
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(filter(None, [*names, platform.processor(), platform.machine()]), "unknown")
