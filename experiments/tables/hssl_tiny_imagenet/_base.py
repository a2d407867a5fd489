"""The recipes of the table."""

from experiments.tables._hssl import Setting, large, paper, small, toy
from homossl.data import DigitScenes, ImageFolder
from homossl.encoders import ResNet18, ScaleResNet

SCENES = DigitScenes(size=33, count=(1, 1), scale_span=(0.4, 0.6))

setting = Setting(
    small=small(SCENES, epochs=5),
    small_moving=toy(SCENES.size),
    paper=paper(ImageFolder("data/tiny-imagenet-200", size=65), epochs=100),
    paper_moving=large(ResNet18(width=64), ScaleResNet()),
    data="1,000 scenes of one digit on a textured ground in the place of Tiny ImageNet, a small network, 5 epochs",
)
