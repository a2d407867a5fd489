"""Folders of sounds are read as they lie on disk, whatever their rate, channels and length; what is wrong is named."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from homossl.data import Samples
from homossl.data.sound import FSDD, ConstantQ, Mel, SoundFolder, SpeechCommands
from homossl.data.sound.reading import centred, read_wave

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("librosa")

SHORT = ConstantQ(frames=8, bins=24, guard=0, lowest=220.0)
RATE = SHORT.rate


def tone(frequency: float = 440.0, seconds: float = 0.2, rate: int = RATE) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


def save(path: Path, wave: np.ndarray, rate: int = RATE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, wave, rate)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for i in range(5):
        save(tmp_path / "high" / f"{i}.wav", tone(880))
        save(tmp_path / "low" / f"{i}.flac", tone(440))
    return tmp_path


def test_the_class_is_the_folder(root) -> None:
    train, test = (SoundFolder(str(root), SHORT).load(split) for split in ("train", "test"))
    assert isinstance(train, Samples)
    assert train.classes == ("high", "low") == test.classes
    assert train.y.tolist() == [0] * 4 + [1] * 4
    assert test.y.tolist() == [0, 1]
    assert train.shape == SHORT.shape == (1, 24, 8)
    pitch = train.x.sum(-1).flatten(1).argmax(1)
    assert (pitch == torch.tensor([16] * 4 + [8] * 4)).all()


def test_the_class_is_the_name_up_to_the_underscore(tmp_path) -> None:
    for name in ("dog_1", "dog_2", "cat_1_loud", "cat_2"):
        save(tmp_path / f"{name}.wav", tone())
    data = SoundFolder(str(tmp_path), SHORT, label="name", test_fraction=0.5).load("train")
    assert data.classes == ("cat", "dog")
    assert data.y.tolist() == [0, 1]


def test_a_split_is_read_once(root) -> None:
    data = SoundFolder(str(root), SHORT)
    assert data.load("test") is replace(data).load("test")


def test_other_rates_channels_and_lengths_are_read_alike(tmp_path) -> None:
    """Twice the rate, two channels of which one is silent, and a long sound give the spectrogram of the plain one."""
    plain = SHORT(centred(tone(seconds=1.0), SHORT.samples)[None])
    stereo = np.stack([tone(seconds=1.0), np.zeros(RATE)], axis=1)
    for name, wave, rate in (("rate", tone(seconds=1.0, rate=16000), 16000), ("stereo", stereo, RATE)):
        path = save(tmp_path / f"{name}.wav", wave, rate)
        x = SHORT(centred(read_wave(path, RATE), SHORT.samples)[None])
        assert (x - plain).abs().max() < 0.01
    higher = SHORT(centred(tone(466.2, seconds=1.0), SHORT.samples)[None])
    assert (higher - plain).abs().max() > 0.05  # control: a semitone


def test_a_sound_that_is_cut_off_keeps_what_it_has(tmp_path) -> None:
    path = save(tmp_path / "a" / "cut.wav", tone(seconds=0.5))
    path.write_bytes(path.read_bytes()[:-4000])
    assert len(read_wave(path, RATE)) == 2000
    path.write_bytes(path.read_bytes()[:44])
    with pytest.raises(ValueError, match=r"cut\.wav: expected a sound file, got one without samples"):
        read_wave(path, RATE)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"this is no sound, but a letter", bytes(100)])
def test_what_is_no_sound_is_named(tmp_path, content) -> None:
    for name in ("a", "b"):
        save(tmp_path / name / "0.wav", tone())
    (tmp_path / "b" / "letter.wav").write_bytes(content)
    with pytest.raises(ValueError, match=r"letter\.wav: expected a sound file"):
        SoundFolder(str(tmp_path), SHORT, test_fraction=0.1).load("train")


def test_samples_that_are_not_finite_are_named(tmp_path) -> None:
    soundfile.write(path := tmp_path / "nan.wav", np.full(100, np.nan), RATE, subtype="FLOAT")
    with pytest.raises(ValueError, match=r"nan\.wav: expected finite samples"):
        read_wave(path, RATE)


@pytest.mark.parametrize("spectrogram", [SHORT, Mel(frames=8), ConstantQ(normalise=False)], ids=str)
def test_silence_has_finite_features(spectrogram) -> None:
    assert (spectrogram(np.zeros((1, spectrogram.samples))) == 0).all()
    assert spectrogram(1e-30 * np.ones((1, spectrogram.samples))).isfinite().all()


@pytest.mark.parametrize("k", [4, 20, 36])
def test_tones_of_full_scale_are_as_loud_in_every_bin(k) -> None:
    spectrogram = ConstantQ(normalise=False)
    frequency = spectrogram.lowest * 2 ** (k / spectrogram.per_octave)
    x = spectrogram(np.sin(2 * np.pi * frequency * np.arange(spectrogram.samples) / spectrogram.rate)[None])
    assert x[0, 0, :, 16].argmax() == k
    assert abs(x[0, 0, k, 16].item() - 1) < 0.002
    assert not x[0, 0, 44:].any()


def test_a_gain_adds_decibels() -> None:
    spectrogram = ConstantQ(normalise=False)
    wave = tone(seconds=spectrogram.seconds)[None]
    loud, soft = spectrogram(wave), spectrogram(0.5 * wave)
    both = (loud > 0) & (loud < 1) & (soft > 0)
    torch.testing.assert_close((loud - soft)[both], torch.full_like(loud, 6.0206 / 60)[both], atol=1e-4, rtol=0)
    assert torch.equal(*(replace(spectrogram, normalise=True)(w).round(decimals=4) for w in (wave, 0.5 * wave)))


def test_a_click_between_two_analyses_is_in_their_mean() -> None:
    """A frame of one analysis misses a click in its middle, to which filters at high pitch do not reach."""
    click = np.zeros((1, 8192))
    click[0, 16 * 256 + 128] = 1
    top = {n: ConstantQ(averaged=n)(click)[0, 0, 43, 16].item() for n in (1, 8)}
    assert top[1] == 0
    assert top[8] > 0.1


def test_mel_bands_of_a_tone() -> None:
    x = Mel(normalise=False)(np.sin(2 * np.pi * 1000 * np.arange(8192) / 8000)[None])
    assert x.shape == (1, 1, 40, 32)
    assert 0.9 < x.max() <= 1


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    for digit in (0, 1):
        for speaker in ("ann", "bob", "cem"):
            for index in (0, 4, 5, 12):
                save(tmp_path / f"{digit}_{speaker}_{index}.wav", tone(440 * (1 + digit)))
    return tmp_path


def test_fsdd_tests_recordings_0_to_4(digits) -> None:
    train, test = (FSDD(str(digits)).labelled(split) for split in ("train", "test"))
    assert {path.stem.split("_")[2] for files in test.values() for path in files} == {"0", "4"}
    assert {path.stem.split("_")[2] for files in train.values() for path in files} == {"5", "12"}
    data = FSDD(str(digits), SHORT).load("train")
    assert data.classes == ("0", "1")
    assert data.y.tolist() == [0] * 6 + [1] * 6


def test_fsdd_holds_speakers_out(digits) -> None:
    data = FSDD(str(digits), held_out=("bob",))
    train, test = ([p.stem for files in data.labelled(split).values() for p in files] for split in ("train", "test"))
    assert len(test) == 8
    assert all("bob" in name for name in test)
    assert len(train) == 16
    assert not any("bob" in name for name in train)


def test_fsdd_names_what_is_wrong(digits) -> None:
    with pytest.raises(ValueError, match=r"speakers among \['ann', 'bob', 'cem'\], got \['dan'\]"):
        FSDD(str(digits), held_out=("dan",)).load("train")
    with pytest.raises(ValueError, match="some speakers to train on"):
        FSDD(str(digits), held_out=("ann", "bob", "cem")).load("train")
    save(digits / "seven.wav", tone())
    with pytest.raises(ValueError, match=r"seven\.wav: expected the name of a recording"):
        FSDD(str(digits)).load("train")


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    for word in ("no", "yes", "_background_noise_"):
        for name in "abcd":
            save(tmp_path / word / f"{name}_nohash_0.wav", tone(rate=16000), 16000)
    (tmp_path / "testing_list.txt").write_text("no/a_nohash_0.wav\nyes/a_nohash_0.wav\n")
    (tmp_path / "validation_list.txt").write_text("no/b_nohash_0.wav\nyes/b_nohash_0.wav\n")
    return tmp_path


def test_speech_commands_follow_their_lists(commands) -> None:
    data = SpeechCommands(str(commands), SHORT)
    names = {split: [p.stem[0] for p in data.labelled(split)["yes"]] for split in ("train", "test")}
    assert names == {"train": ["c", "d"], "test": ["a"]}
    assert list(data.labelled("train")) == ["no", "yes"]
    assert [p.stem[0] for p in replace(data, validation=True).labelled("test")["no"]] == ["b"]
    assert replace(data, words=("yes",)).load("test").classes == ("yes",)


def test_speech_commands_name_what_is_missing(commands) -> None:
    data = SpeechCommands(str(commands), SHORT)
    with pytest.raises(ValueError, match=r"expected words among .*got \['maybe'\]"):
        replace(data, words=("maybe",)).load("train")
    (commands / "yes" / "a_nohash_0.wav").unlink()
    with pytest.raises(FileNotFoundError, match=r"lists .*a_nohash_0\.wav, which is not there"):
        data.load("test")
    (commands / "validation_list.txt").unlink()
    with pytest.raises(FileNotFoundError, match="validation_list"):
        data.load("train")


def test_folders_without_sounds_are_named(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="no sounds"):
        SoundFolder(str(tmp_path)).load("train")
    with pytest.raises(FileNotFoundError, match="is not a folder"):
        FSDD(str(tmp_path / "nowhere")).load("train")
    with pytest.raises(ValueError, match="split"):
        SoundFolder(str(tmp_path)).load("all")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("match", "make"),
    [
        ("numbers above 0, got {'rate': 0}", lambda: ConstantQ(rate=0)),
        ("guard is at least 0", lambda: Mel(guard=-1)),
        ("highest < rate / 2 = 4000 Hz", lambda: ConstantQ(bins=60)),
        ("multiple of 32 for 44 bins, got 100", lambda: ConstantQ(hop=100)),
        ("averaged is a divisor of hop = 256, got 3", lambda: ConstantQ(averaged=3)),
        ("label is one of", lambda: SoundFolder("x", label="file")),  # type: ignore[arg-type]
        ("test_fraction is between", lambda: SoundFolder("x", test_fraction=1.0)),
        (r"waveforms \(n 2048\)", lambda: SHORT(np.zeros((1, 2047)))),
        ("finite waveforms", lambda: SHORT(np.full((1, 2048), np.inf))),
    ],
)
def test_specs_without_meaning_are_refused(match, make) -> None:
    with pytest.raises(ValueError, match=match):
        make()


def test_missing_packages_are_named(monkeypatch, root) -> None:
    monkeypatch.setitem(sys.modules, "librosa", None)
    with pytest.raises(ImportError, match=r"pip install 'homossl\[sound\]'"):
        SHORT(np.zeros((1, SHORT.samples)))
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(ImportError, match=r"pip install 'homossl\[sound\]'"):
        read_wave(root / "low" / "0.flac", RATE)
