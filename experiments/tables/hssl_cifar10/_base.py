"""The recipes of the table."""

from experiments.tables._hssl import Setting, large, paper, small, toy
from homossl.data import CIFAR10, ImageFolder
from homossl.encoders import ResNet18, ScaleResNet

IMAGES = ImageFolder("data/cifar10", size=33, per_class=100, workers=0)

setting = Setting(
    small=small(IMAGES, epochs=5),
    small_moving=toy(IMAGES.size),
    paper=paper(CIFAR10(size=33), epochs=200),
    paper_moving=large(ResNet18(width=64), ScaleResNet()),
    data="1,000 images in the folder data/cifar10 and 1,000 for testing, a small network, 5 epochs",
)
