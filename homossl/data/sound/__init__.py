"""Sounds as log spectrograms, x: (n 1 f t): folders of sounds, standard data sets, and melodies made on the spot.

Spectrograms need librosa and sound files need soundfile, `pip install 'homossl[sound]'`; both are imported when needed.
"""

from homossl.data.sound.axes import SpectrogramAxes
from homossl.data.sound.bands import ConstantQ, Mel
from homossl.data.sound.files import SoundFolder
from homossl.data.sound.melodies import Melodies
from homossl.data.sound.spectrogram import Spectrogram
from homossl.data.sound.standard import FSDD, SpeechCommands

__all__ = ["FSDD", "ConstantQ", "Mel", "Melodies", "SoundFolder", "Spectrogram", "SpectrogramAxes", "SpeechCommands"]
