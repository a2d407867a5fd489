"""Standard data sets of spoken words, in the folders in which they are given out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from homossl.data.sound.files import SoundFiles, by_class, sounds
from homossl.data.split import Split

TEST_RECORDINGS = range(5)


@dataclass(frozen=True)
class FSDD(SoundFiles):
    """The Free Spoken Digit Dataset: `<root>/<digit>_<speaker>_<index>.wav`, 3000 digits of 6 speakers at 8 kHz.

    The usual split tests recordings 0 to 4 of each digit and speaker, 300 in all. With `held_out` speakers, all of
    their recordings are the test set and those of all others the training set: no voice is in both.

    Raises:
        ValueError: a file has another name, or a speaker is not there.

    Source: Jackson et al., Free Spoken Digit Dataset.
    """

    held_out: tuple[str, ...] = ()
    """Speakers of the test set; none for the usual split."""

    def labelled(self, split: Split) -> dict[str, list[Path]]:
        recordings = [_Recording.of(path) for path in sounds(self._folder(), "*.wav")]
        speakers = {recording.speaker for recording in recordings}
        if unknown := sorted(set(self.held_out) - speakers):
            raise ValueError(f"FSDD.held_out: expected speakers among {sorted(speakers)}, got {unknown}")
        if speakers == set(self.held_out):
            raise ValueError(f"FSDD.held_out: expected some speakers to train on, got all of {sorted(speakers)}")
        files = by_class((recording.digit, recording.path) for recording in recordings)
        kept = {recording.path for recording in recordings if self._is_test(recording) == (split == "test")}
        return {digit: [path for path in paths if path in kept] for digit, paths in files.items()}

    def _is_test(self, recording: _Recording) -> bool:
        if self.held_out:
            return recording.speaker in self.held_out
        return recording.index in TEST_RECORDINGS


@dataclass(frozen=True)
class _Recording:
    path: Path
    digit: str
    speaker: str
    index: int

    @classmethod
    def of(cls, path: Path) -> _Recording:
        match path.stem.split("_"):
            case [digit, speaker, index] if index.isdigit():
                return cls(path, digit, speaker, int(index))
        raise ValueError(f"{path}: expected the name of a recording, <digit>_<speaker>_<index>.wav")


@dataclass(frozen=True)
class SpeechCommands(SoundFiles):
    """Speech Commands: `<root>/<word>/*.wav` with `testing_list.txt` and `validation_list.txt`, words at 16 kHz.

    The training set is what neither list holds; background noise is no word.

    Raises:
        ValueError: a word has no folder.
        FileNotFoundError: a list is not there, or a file that it names.

    Source: Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition (arXiv 1804.03209).
    """

    words: tuple[str, ...] = ()
    """The words that are read; none for all of them."""
    validation: bool = False
    """Test on the validation set in the place of the test set."""

    def labelled(self, split: Split) -> dict[str, list[Path]]:
        folder = self._folder()
        words = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")
        if unknown := sorted(set(self.words) - set(words)):
            raise ValueError(f"SpeechCommands.words: expected words among {words}, got {unknown}")
        return {word: self._files(folder, word, split) for word in self.words or words}

    def _files(self, folder: Path, word: str, split: Split) -> list[Path]:
        test, validation = (_listed(folder, name, word) for name in ("testing_list.txt", "validation_list.txt"))
        if split == "test":
            return sorted(validation if self.validation else test)
        return [path for path in sounds(folder, f"{word}/*.wav") if path not in test | validation]


def _listed(folder: Path, name: str, word: str) -> set[Path]:
    """The files of a word in a list.

    Raises:
        FileNotFoundError: there is no such list, or no such file.
    """
    lines = (folder / name).read_text().split()
    listed = {folder / line for line in lines if line.startswith(f"{word}/")}
    if missing := sorted(path for path in listed if not path.is_file()):
        raise FileNotFoundError(f"{folder / name} lists {missing[0]}, which is not there ({len(missing)} such files)")
    return listed
