"""Standard data sets are read from files in their published formats; a missing one says where it was looked for."""

import hashlib
import pickle
import struct

import numpy as np
import pytest
import torch
from torchvision import datasets

from homossl.data import CIFAR10, CIFAR100, MNIST, STL10, FashionMNIST
from homossl.evaluate.scores import check_classes

RNG = np.random.default_rng(0)


def entry(path):
    return [path.name, hashlib.md5(path.read_bytes()).hexdigest()]


def write_idx(folder):
    folder.mkdir(parents=True)
    pixels = {"train": RNG.integers(256, size=(5, 28, 28)), "t10k": RNG.integers(256, size=(3, 28, 28))}
    for part, x in pixels.items():
        header = struct.pack(">4i", 2051, len(x), 28, 28)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(header + x.astype(np.uint8).tobytes())
        labels = struct.pack(">2i", 2049, len(x)) + bytes(range(len(x)))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(labels)
    return torch.from_numpy(pixels["train"]), torch.from_numpy(pixels["t10k"])


def write_pickle(path, **content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(content))
    return entry(path)


def write_cifar10(root, monkeypatch):
    folder, x = root / "cifar-10-batches-py", RNG.integers(256, size=(6, 3072), dtype=np.uint8)
    batch = write_pickle(folder / "data_batch_1", data=x[:4], labels=[3, 1, 4, 1])
    monkeypatch.setattr(datasets.CIFAR10, "train_list", [batch])
    monkeypatch.setattr(datasets.CIFAR10, "test_list", [write_pickle(folder / "test_batch", data=x[4:], labels=[5, 9])])
    name, md5 = write_pickle(folder / "batches.meta", label_names=[f"class {i}" for i in range(10)])
    monkeypatch.setattr(datasets.CIFAR10, "meta", {"filename": name, "key": "label_names", "md5": md5})
    return torch.from_numpy(x).reshape(6, 3, 32, 32)


@pytest.mark.parametrize("spec", [MNIST, FashionMNIST])
def test_idx_files(tmp_path, spec):
    train_x, test_x = write_idx(tmp_path / spec.__name__ / "raw")
    train, test = (spec(str(tmp_path), size=28).load(split) for split in ("train", "test"))
    assert torch.equal(train.x[:, 0], train_x)
    assert torch.equal(test.x[:, 0], test_x)
    assert (train.y.tolist(), test.y.tolist(), len(train.classes)) == ([0, 1, 2, 3, 4], [0, 1, 2], 10)
    assert spec(str(tmp_path)).load("test").shape == (1, 29, 29)


def test_cifar10_pickles(tmp_path, monkeypatch):
    x = write_cifar10(tmp_path, monkeypatch)
    train, test = (CIFAR10(str(tmp_path), size=32).load(split) for split in ("train", "test"))
    assert torch.equal(train.x, x[:4])
    assert torch.equal(test.x, x[4:])
    assert (train.y.tolist(), test.y.tolist(), train.classes[9]) == ([3, 1, 4, 1], [5, 9], "class 9")
    assert CIFAR10(str(tmp_path)).load("train").shape == (3, 33, 33)


def test_cifar100_pickles(tmp_path, monkeypatch):
    folder, x = tmp_path / "cifar-100-python", RNG.integers(256, size=(2, 3072), dtype=np.uint8)
    for part in ("train", "test"):
        files = [write_pickle(folder / part, data=x, fine_labels=[7, 99])]
        monkeypatch.setattr(datasets.CIFAR100, f"{part}_list", files)
    name, md5 = write_pickle(folder / "meta", fine_label_names=[str(i) for i in range(100)])
    monkeypatch.setattr(datasets.CIFAR100, "meta", {"filename": name, "key": "fine_label_names", "md5": md5})
    images = CIFAR100(str(tmp_path), size=32).load("test")
    assert torch.equal(images.x.flatten(1), torch.from_numpy(x))
    assert (images.y.tolist(), len(images.classes)) == ([7, 99], 100)


def write_stl10(root, monkeypatch):
    folder = root / "stl10_binary"
    folder.mkdir()
    x = np.zeros((2, 3, 96, 96), dtype=np.uint8)
    x[1, 2, 7, 3] = 255  # image 1, blue, column 7, row 3
    files = {"train_X.bin": x.tobytes(), "test_X.bin": x[1:].tobytes(), "unlabeled_X.bin": x[[1, 0, 1]].tobytes()}
    for name, content in (files | {"train_y.bin": bytes([1, 10]), "test_y.bin": bytes([2])}).items():
        (folder / name).write_bytes(content)
    (folder / "class_names.txt").write_text("\n".join(f"class {i}" for i in range(10)))
    train = ("train_X.bin", "train_y.bin", "unlabeled_X.bin")
    monkeypatch.setattr(datasets.STL10, "train_list", [entry(folder / name) for name in train])
    monkeypatch.setattr(datasets.STL10, "test_list", [entry(folder / name) for name in ("test_X.bin", "test_y.bin")])


def test_stl10_binary_files_are_column_major_and_count_labels_from_one(tmp_path, monkeypatch):
    write_stl10(tmp_path, monkeypatch)
    images = STL10(str(tmp_path), size=96).load("train")
    assert images.x.nonzero().tolist() == [[1, 2, 3, 7]]
    assert images.y.tolist() == [0, 9]
    assert STL10(str(tmp_path)).load("test").x.shape == (1, 3, 97, 97)


def test_stl10_without_labels_is_for_training_only(tmp_path, monkeypatch):
    write_stl10(tmp_path, monkeypatch)
    labelled, unlabelled = (STL10(str(tmp_path), size=96, unlabelled=choice) for choice in (False, True))
    images, test = unlabelled.load("train"), unlabelled.load("test")
    assert images.x.nonzero().tolist() == [[0, 2, 3, 7], [2, 2, 3, 7]]
    assert (images.y.tolist(), images.classes) == ([0, 0, 0], ("unlabelled",))
    assert torch.equal(test.x, labelled.load("test").x)
    assert (test.y.tolist(), len(test.classes)) == ([1], 10)
    with pytest.raises(ValueError, match=r"got \('unlabelled',\) and .*: evaluate on labelled images, as with STL10"):
        check_classes(images, test)
    check_classes(labelled.load("train"), test)  # control


@pytest.mark.parametrize("spec", [MNIST, FashionMNIST, CIFAR10, CIFAR100, STL10])
def test_missing_data_names_the_folder_and_the_remedy(tmp_path, spec):
    root = tmp_path / "nowhere"
    with pytest.raises(FileNotFoundError) as error:
        spec(str(root)).load("train")
    assert f"{spec.__name__}: looked in {root}" in str(error.value)
    assert f"{spec(str(root), download=True)} downloads it into that folder" in str(error.value)
    assert not root.exists()


def test_the_remedy_is_for_the_same_images(tmp_path):
    for spec in (STL10(str(tmp_path), 96, unlabelled=True), STL10(str(tmp_path))):
        with pytest.raises(FileNotFoundError) as error:
            spec.load("train")
        shown = f"STL10(root={str(tmp_path)!r}, size={spec.size}, download=True, unlabelled={spec.unlabelled})"
        assert shown in str(error.value)


def test_a_changed_file_is_refused(tmp_path, monkeypatch):
    write_cifar10(tmp_path, monkeypatch)
    path = tmp_path / "cifar-10-batches-py" / "data_batch_1"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(FileNotFoundError, match="corrupted"):
        CIFAR10(str(tmp_path)).load("train")


def test_download_fetches_into_root_before_reading(tmp_path, monkeypatch):
    def fetch(self):
        write_cifar10(self.root, monkeypatch)

    monkeypatch.setattr(datasets.CIFAR10, "download", fetch)
    with pytest.raises(FileNotFoundError):
        CIFAR10(str(tmp_path)).load("train")
    assert len(CIFAR10(str(tmp_path), download=True).load("train")) == 4
