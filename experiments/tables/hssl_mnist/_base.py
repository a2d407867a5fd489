"""The recipes of the table."""

from experiments.tables._hssl import DIGITS, Setting, large, paper, small, toy
from homossl.data import MNIST
from homossl.encoders import CNN, ScaleCNN

setting = Setting(
    small=small(DIGITS, epochs=15),
    small_moving=toy(DIGITS.size),
    paper=paper(MNIST(size=33), epochs=100),
    paper_moving=large(CNN(), ScaleCNN()),
    data="scikit-learn's 1,297 digits of 17 x 17 pixels in the place of MNIST, a small network, 15 epochs",
)
