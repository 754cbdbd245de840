"""numpy in several ports at once, in every mode; and packages that refuse to be there."""

import shlex
import subprocess
import sysconfig
from pathlib import Path

import pytest
from conftest import Ioc, StartIoc
from modes import AUTO, DEFAULTS, MODES, SUBS, VERSION, configure, try_rules

NUMPY = """
import concurrent.futures, datetime, io, pickle, warnings
import numpy as np

@rule
def linear_algebra():
    a = np.array([[2.0, 1.0], [1.0, 3.0]])
    assert np.allclose(np.linalg.solve(a, a @ [1, 2]), [1, 2])
    assert np.allclose(np.linalg.inv(a) @ a, np.eye(2)) and np.allclose(np.linalg.eigvalsh(a).sum(), 5)
    u, s, v = np.linalg.svd(np.arange(6.0).reshape(2, 3))
    assert s.shape == (2,)

@rule
def exceptions_of_linear_algebra():
    for work in (lambda: np.linalg.inv(np.zeros((2, 2))), lambda: np.linalg.cholesky(-np.eye(2))):
        try:
            work()
        except np.linalg.LinAlgError as error:
            assert type(error) is np.linalg.LinAlgError
        else:
            raise AssertionError("LinAlgError is expected")

@rule
def random_numbers():
    generator = np.random.default_rng(7)
    assert generator.integers(0, 1000, 3).tolist() == np.random.default_rng(7).integers(0, 1000, 3).tolist()
    np.random.seed(3)
    assert np.random.rand(2).shape == (2,) and generator.normal(size=1000).std() > 0.5
    assert pickle.loads(pickle.dumps(generator)).random() == generator.random()

@rule
def fourier_transforms():
    x = np.random.default_rng(1).random(256)
    assert np.allclose(np.fft.irfft(np.fft.rfft(x)), x) and np.allclose(np.fft.ifft(np.fft.fft(x)).real, x)

@rule
def pickles():
    for value in (np.arange(5), np.float32(2), np.dtype("i4,f8"), np.array(["a", "b"]), np.datetime64("2024-02-29")):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(value, protocol))
            assert type(again) is type(value) and np.all(again == value)

@rule
def files():
    stream = io.BytesIO()
    np.savez(stream, a=np.arange(3), b=np.eye(2))
    stream.seek(0)
    with np.load(stream) as loaded:
        assert loaded["a"].tolist() == [0, 1, 2]

@rule
def floating_point_errors():
    with np.errstate(all="raise"):
        try:
            np.float64(1) / np.float64(0)
        except FloatingPointError:
            pass
        else:
            raise AssertionError("FloatingPointError is expected")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        np.array([1.0]) / 0
    assert [entry.category for entry in seen] == [RuntimeWarning]

@rule
def types():
    assert np.arange(3).dtype == np.dtype(int) and np.array([1, 2.5]).dtype is np.dtype("f8")
    assert np.datetime64("2024-02-29").astype(datetime.date) == datetime.date(2024, 2, 29)
    record = np.zeros(2, [("x", "i4"), ("y", "U5")])
    record["y"] = "abc"
    assert record[1].tolist() == (0, "abc") and isinstance(np.float64(1), float)
    assert np.array([object(), None], object)[1] is None and np.vectorize(lambda x: x + 1)(np.arange(2)).sum() == 3
    assert f"{np.array([1.5])}" == "[1.5]" and np.einsum("ij,j", np.eye(2), [1.0, 2.0]).tolist() == [1, 2]

@rule
def threads():
    def work(number):
        a = np.random.default_rng(number).random((60, 60)) + 60 * np.eye(60)
        return np.allclose(np.linalg.solve(a, a.sum(axis=1)), np.ones(60))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(40)))

@rule
def polynomials_and_masks():
    assert np.allclose(np.polynomial.Polynomial.fit([0, 1, 2], [1, 3, 5], 1)(3), 7)
    assert np.ma.masked_array([1, 2], [True, False]).sum() == 2 and np.allclose(np.interp(0.5, [0, 1], [2, 4]), 3)
"""


@pytest.mark.parametrize("mode", DEFAULTS)
def test_numpy_works_in_several_ports_at_once(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, NUMPY)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output and "Warning" not in ioc.output


@pytest.mark.python_host
@pytest.mark.parametrize("mode", DEFAULTS)
def test_numpy_works_in_a_port_that_is_made_again(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, NUMPY, count=2, again=2)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output and "Warning" not in ioc.output


REFUSING = """
#include <Python.h>
static PyObject *count(PyObject *self, PyObject *arguments) {
    static long calls; /* of the library: a private copy has its own */
    return PyLong_FromLong(++calls);
}
static PyMethodDef methods[] = {{"count", count, METH_NOARGS, ""}, {0}};
static struct PyModuleDef definition;
static int execute(PyObject *module) {
#ifdef IN_EXEC
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "sub-interpreters are not for me");
        return -1;
    }
#endif
    return 0;
}
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL}};
PyMODINIT_FUNC PyInit_refusing(void) {
    definition.m_name = "refusing";
    definition.m_methods = methods;
#ifdef IN_INIT
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "sub-interpreters are not for me");
        return NULL;
    }
#endif
#ifdef SINGLE_PHASE
    definition.m_size = -1;
    return PyModule_Create(&definition);
#else
    definition.m_slots = slots;
    return PyModuleDef_Init(&definition);
#endif
}
"""


@pytest.fixture
def build_refusing(tmp_path: Path):
    """Compiles the package refuser, whose module refuser.refusing is made with the flags."""

    def build(*flags: str) -> str:
        package = tmp_path / "packages" / "refuser"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("from .refusing import count\n")
        source = tmp_path / "refusing.c"
        source.write_text(REFUSING)
        target = package / f"refusing{sysconfig.get_config_var('EXT_SUFFIX')}"
        include = sysconfig.get_path("include")
        compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
        command = [*compiler, "-shared", "-fPIC", f"-I{include}", *flags, str(source), "-o", str(target)]
        subprocess.run(command, check=True)
        return str(package.parent)

    return build


USER = """
import sys
import refuser
from PythonDriver import PythonDriver
class D(PythonDriver):
    pass
driver = D()
sys.stdout.write(f"counts {refuser.count()} {refuser.refusing.__name__}\\n")
"""


def start(start_ioc: StartIoc, folder: str, mode: str) -> Ioc:
    # A library: on sys.path, not on PYTHONPATH, where a port's own modules are.
    user = f"import sys\nsys.path.append({folder!r})\n" + USER
    calls = configure("P1", "user", mode) + configure("P2", "user", mode)
    ioc = start_ioc(calls + "iocInit\necho up\n", modules={"user": user})
    ioc.wait_for("up\n")
    return ioc


# From Python 3.13 on every PyInit is called in the main interpreter.
REFUSALS = ["-DIN_EXEC"] if VERSION >= (3, 13) else ["-DIN_EXEC", "-DIN_INIT"]


@pytest.mark.parametrize("mode", SUBS)
@pytest.mark.parametrize("flag", REFUSALS)
def test_a_package_that_refuses_is_named_with_what_to_do(
    start_ioc: StartIoc, build_refusing, flag: str, mode: str
) -> None:
    ioc = start(start_ioc, build_refusing(flag), mode)
    for port in ("P1", "P2"):
        line = ioc.wait_for(f"(?m)^.*port {port}: the package refuser cannot be used.*$")[0]
        for words in (f"interpreter={mode}", "sub-interpreters are not for me", '"interpreter=main"'):
            assert words in line
    assert "up\n" in ioc.output and "P1 multiDevice" not in ioc.ask("asynReport 0")
    assert ioc.exit() == 0


@pytest.mark.parametrize("flag", ["-DIN_EXEC", "-DIN_INIT"])
def test_a_package_that_refuses_works_in_the_main_interpreter(start_ioc: StartIoc, build_refusing, flag: str) -> None:
    ioc = start(start_ioc, build_refusing(flag), "main")
    ioc.wait_for("counts 1 ")
    ioc.wait_for("counts 2 ")  # one library for both ports
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("flag", ["-DMULTI_PHASE", "-DSINGLE_PHASE"])
def test_a_package_that_is_not_made_for_it_gets_a_private_copy(
    start_ioc: StartIoc, build_refusing, flag: str, mode: str
) -> None:
    """What numpy says of itself, "not supported", is about state per process, which a copy has of its own."""
    ioc = start(start_ioc, build_refusing(flag), mode)
    assert ioc.output.count("counts 1 refuser.refusing\n") == (1 if mode == "main" else 2), ioc.output
    assert ioc.exit() == 0


MISSING = """
import sys
sys.path.append({!r})
import refuser.absent
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_module_that_is_not_there_is_no_refusal(start_ioc: StartIoc, build_refusing, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "user", mode) + "iocInit\necho up\n",
        modules={"user": MISSING.format(build_refusing())},
    )
    ioc.wait_for("No module named 'refuser.absent'")
    ioc.wait_for("up\n")
    assert "cannot be used with" not in ioc.output
    assert ioc.exit() == 0


@pytest.mark.skipif(AUTO != "shared", reason="of the mode that is not the default here")
def test_own_before_3_13_refuses_what_is_not_of_the_standard_library(start_ioc: StartIoc, build_refusing) -> None:
    ioc = start(start_ioc, build_refusing(), "own")
    words = "the package refuser cannot be used with interpreter=own" if VERSION == (3, 12) else "interpreter=own needs"
    ioc.wait_for(f"port P1: {words}.*interpreter=shared")
    assert ioc.exit() == 0


OLD = """
import sys
sys.path.insert(0, {!r})
from PythonDriver import PythonDriver
class D(PythonDriver):
    pass
import numpy
driver = D()
"""


@pytest.mark.parametrize("mode", SUBS)
@pytest.mark.parametrize("version", ["2.3.5", "1.26.4"])
def test_a_numpy_that_is_too_old_is_refused_by_its_version(
    start_ioc: StartIoc, tmp_path: Path, mode: str, version: str
) -> None:
    folder = tmp_path / "old" / "numpy"
    folder.mkdir(parents=True)
    (folder / "version.py").write_text(f"version = {version!r}\n")
    (folder / "__init__.py").write_text("from . import version\nfrom . import _multiarray_umath\n")
    (folder / f"_multiarray_umath{sysconfig.get_config_var('EXT_SUFFIX')}").write_bytes(b"")
    ioc = start_ioc(
        configure("P1", "user", mode) + "iocInit\necho up\n",
        modules={"user": OLD.format(str(folder.parent))},
    )
    line = ioc.wait_for("(?m)^.*port P1: the package numpy cannot be used.*$")[0]
    for words in (f"interpreter={mode}", f"expected numpy 2.4 or later, got {version}", '"interpreter=main"'):
        assert words in line
    ioc.wait_for("up\n")
    assert ioc.exit() == 0
