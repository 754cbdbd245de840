"""A small real use of each package: use(folder) of the package that is named in the environment.

folder is the caller's own. What is wrong raises an exception.
"""

import json
import threading
from pathlib import Path


def numpy(folder: Path) -> None:
    import numpy as np

    matrix = np.arange(10000.0).reshape(100, 100) + np.eye(100) * 1e4
    assert np.allclose(np.linalg.inv(matrix) @ matrix, np.eye(100))
    np.save(folder / "matrix.npy", matrix)
    assert (np.load(folder / "matrix.npy") == matrix).all()
    assert np.random.default_rng(1).normal(size=1000).std() > 0.5


def scipy(folder: Path) -> None:
    import numpy as np
    import scipy.fft
    import scipy.linalg
    import scipy.optimize
    import scipy.signal
    import scipy.sparse.linalg
    import scipy.stats

    matrix = np.diag([3.0, 1.0, 2.0])
    assert np.allclose(scipy.linalg.eigh(matrix)[0], [1, 2, 3])
    signal = np.sin(np.linspace(0, 20 * np.pi, 1000, endpoint=False))
    assert int(np.argmax(np.abs(scipy.fft.rfft(signal)))) == 10
    found = scipy.optimize.curve_fit(lambda x, a, b: a * x + b, np.arange(10.0), np.arange(10.0) * 3 + 2)[0]
    assert np.allclose(found, [3, 2])
    assert abs(scipy.optimize.minimize(lambda x: (x[0] - 4) ** 2, [0.0]).x[0] - 4) < 1e-3
    assert len(scipy.signal.find_peaks(signal)[0]) == 10
    assert np.allclose(scipy.sparse.linalg.spsolve(scipy.sparse.csc_matrix(matrix), [3.0, 1, 2]), 1)
    assert scipy.stats.linregress(np.arange(10.0), np.arange(10.0)).rvalue > 0.99


def pandas(folder: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"axis": ["x", "y"] * 50, "value": range(100)})
    frame["time"] = pd.date_range("2024-01-01", periods=100, freq="s", tz="UTC")
    assert frame.groupby("axis")["value"].sum().to_dict() == {"x": 2450, "y": 2500}
    frame.to_csv(folder / "frame.csv", index=False)
    back = pd.read_csv(folder / "frame.csv", parse_dates=["time"])
    assert back.equals(frame.astype(back.dtypes.to_dict()))
    assert len(frame.set_index("time")["value"].resample("10s").mean()) == 10


def h5py(folder: Path) -> None:
    import h5py as h5
    import numpy as np

    data = np.arange(10000.0).reshape(100, 100)
    with h5.File(folder / "data.h5", "w") as file:
        image = file.create_dataset("scan/image", data=data, compression="gzip", chunks=(10, 100))
        image.attrs["unit"] = "mm"
        names = file.create_dataset("names", (20,), dtype=h5.string_dtype())
        names[:] = [f"name {i}" for i in range(20)]
    with h5.File(folder / "data.h5") as file:
        assert (file["scan/image"][:] == data).all()
        assert file["scan/image"].attrs["unit"] == "mm"
        assert file["names"].asstr()[7] == "name 7"


def pyzmq(folder: Path) -> None:
    import zmq

    with zmq.Context() as context, context.socket(zmq.REP) as server:
        port = server.bind_to_random_port("tcp://127.0.0.1")

        def serve() -> None:
            for _ in range(20):
                server.send_json({"got": server.recv_json()})

        thread = threading.Thread(target=serve)
        thread.start()
        with context.socket(zmq.REQ) as client:
            client.connect(f"tcp://127.0.0.1:{port}")
            for number in range(20):
                client.send_json(number)
                assert client.recv_json() == {"got": number}
        thread.join()


def pillow(folder: Path) -> None:
    from PIL import Image, ImageDraw, ImageFilter

    image = Image.new("RGB", (64, 48), "white")
    ImageDraw.Draw(image).ellipse((10, 10, 50, 40), fill="red")
    for name in ("image.png", "image.jpg", "image.tif"):
        image.filter(ImageFilter.BLUR).save(folder / name)
        with Image.open(folder / name) as back:
            assert back.resize((32, 24)).convert("L").size == (32, 24)


def matplotlib(folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [1, 4, 9], label="squares")
    axes.set_title("A title")
    axes.legend()
    figure.savefig(folder / "figure.png")
    plt.close(figure)
    assert (folder / "figure.png").stat().st_size > 1000


def pydantic(folder: Path) -> None:
    from pydantic import BaseModel, ValidationError

    class Axis(BaseModel):
        name: str
        position: float = 0.0

    assert Axis.model_validate_json('{"name": "x", "position": "1.5"}').position == 1.5
    try:
        Axis(name=[])
    except ValidationError as error:
        assert error.error_count() == 1
    else:
        raise AssertionError("a list was taken for a str")


def msgpack(folder: Path) -> None:
    import msgpack as mp

    value = {"names": ["x", "y"], "values": [1.5, 2], "bytes": b"\0\1"}
    assert mp.unpackb(mp.packb(value)) == value


def orjson(folder: Path) -> None:
    import orjson as oj

    value = {"names": ["x", "y"] * 100, "values": [1.5, 2, None, True]}
    assert oj.loads(oj.dumps(value)) == json.loads(json.dumps(value))


def lxml(folder: Path) -> None:
    from lxml import etree

    root = etree.Element("axes")
    for name in "xyz":
        etree.SubElement(root, "axis", name=name).text = name * 3
    etree.ElementTree(root).write(str(folder / "axes.xml"))
    back = etree.parse(str(folder / "axes.xml"))
    assert back.xpath("//axis[@name='y']/text()") == ["yyy"]


def cryptography(folder: Path) -> None:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    box = Fernet(Fernet.generate_key())
    assert box.decrypt(box.encrypt(b"secret")) == b"secret"
    key = ec.generate_private_key(ec.SECP256R1())
    signature = key.sign(b"text", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(signature, b"text", ec.ECDSA(hashes.SHA256()))
